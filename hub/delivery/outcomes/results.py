"""Records what came of the calls, in groups, with what follows from it."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from redis import RedisError
from sqlalchemy import Connection

from core.errors import SendError
from core.messages.inbound import ReceiptStatus
from core.messages.receipts import Evidence
from core.retries import Failure
from hub import metrics
from hub.accounts import desk_incidents, incidents, template_incidents
from hub.customers import sends
from hub.delivery import desk_job
from hub.delivery.job import Attempt, Result
from hub.delivery.outcomes import follow_up, other_form, receipts
from hub.delivery.outcomes.judging import Verdict, judge
from hub.delivery.pace.desk_calls import posts_into
from hub.delivery.pace.rate_limit import Pace
from hub.hub import Hub
from storage.accounts.incidents import Open
from storage.queues import outbox, outcomes, parts
from storage.queues.outbox import Posting

log = logging.getLogger(__name__)

EVIDENCE = {outbox.PENDING: Evidence.POSTPONED, outbox.UNKNOWN: Evidence.LOST, outbox.FAILED: Evidence.REFUSED}


class Refused(NamedTuple):
    """Holds a call that was refused, or whose outcome nobody knows, and what follows."""

    result: Result
    error: SendError
    verdict: Verdict


def record(hub: Hub, pace: Pace, results: Sequence[Result]) -> frozenset[str]:
    """Writes what came of a group of calls, and what follows. Returns the ids of messages whose next part must not be
    called now: it was called, or is being called, by another worker.

    What was sent is written first, in one transaction. What it says of accounts and customers comes after, in others:
    a fault there is logged, and takes back nothing.
    """
    now = hub.now()
    results = sorted(results, key=lambda result: result.job.posting.id)
    taken = [result for result in results if result.goes_on]
    refused = [_judged(result, result.error, now) for result in results if result.error and not result.goes_on]
    for each in refused:
        if each.verdict.pause:
            _pause(pace, each.result.job.posting, each.verdict.pause)
    with hub.store.write() as conn:
        stopped = _write(hub, conn, taken, refused, now)
    if hub.hooks and any(result.job.posting.lane == outbox.DESK for result in taken):
        hub.hooks.soon()
    for result in taken:
        _tell_sent(result)
    for each in refused:
        _tell_refused(hub, each)
    for learn in (_accounts, _customers):
        try:
            learn(hub, results, now)
        except Exception:
            log.exception("what calls told was not kept", extra={"what": learn.__name__.strip("_")})
    return stopped


def _judged(result: Result, error: SendError, now: datetime) -> Refused:
    posting = result.job.posting
    trouble = Failure.DESK if posting.lane == outbox.DESK else Failure.SEND
    age = now - posting.created_at
    return Refused(result, error, judge(error, posting.attempts, posting.speaker, now, age, trouble))


def _write(hub: Hub, conn: Connection, taken: list[Result], refused: list[Refused], now: datetime) -> frozenset[str]:
    """Writes all results; the rows decide what is news: a receipt may have said more, another worker gone on."""
    results = [*taken, *(each.result for each in refused)]
    ids = [result.job.posting.id for result in results]
    parts.lock(conn, of=ids)
    parts.accept(conn, [_accepted(hub, result, now) for result in taken])
    for result in taken:
        if result.job.posting.lane == outbox.DESK and result.sent:
            desk_job.taken(hub, conn, result.job.posting, result.part, result.sent, now)
    believed = _refuse(conn, [_in_another_form(hub, conn, each, now) for each in refused], now)
    receipts.settle_parked(hub, conn, results, now)
    stopped = _go_on(conn, taken, now)
    sent = set(outcomes.settle(conn, ids, now))
    postings = {result.job.posting.id: result.job.posting for result in results}
    follow_up.sent(hub, conn, [posting for id_, posting in postings.items() if id_ in sent], now)
    for result, error, verdict in believed:
        if verdict.state == outbox.FAILED:
            follow_up.failed(hub, conn, result.job.posting, error, now)
    return stopped


def _in_another_form(hub: Hub, conn: Connection, each: Refused, now: datetime) -> Refused:
    """Lets a file's link follow at once where the file itself was refused for good."""
    posting, part = each.result.job.posting, each.result.part
    if each.verdict.state != outbox.FAILED or not other_form.instead(hub, conn, posting, part.id, each.error):
        return each
    return each._replace(verdict=Verdict(outbox.PENDING, now, burned=1))


def _refuse(conn: Connection, refused: list[Refused], now: datetime) -> list[Refused]:
    """Writes refusals that are news; returns those that changed what becomes of their message."""
    outcomes.lock(conn, [each.result.job.posting.id for each in refused])
    return [each for each in refused if _is_believed(conn, each) and _is_finished(conn, each, now)]


def _is_believed(conn: Connection, each: Refused) -> bool:
    part = each.result.part
    return parts.tell(conn, EVIDENCE[each.verdict.state], part.id, part.tries, each.error.code[:64])


def _is_finished(conn: Connection, each: Refused, now: datetime) -> bool:
    verdict = each.verdict
    return outcomes.finish(
        conn,
        each.result.job.posting.id,
        verdict.state,
        verdict.not_before,
        burned=verdict.burned,
        finished=now if verdict.state == outbox.FAILED else None,
        code=each.error.code[:64],
        detail=each.error.detail[:300],
    )


def _go_on(conn: Connection, taken: list[Result], now: datetime) -> frozenset[str]:
    """Marks the next part of each message as being sent; returns the messages whose next part was not waiting."""
    following = {result.job.posting.id: _next(result).id for result in taken if not result.last}
    if not following:
        return frozenset()
    begun = parts.start(conn, list(following.values()), now)
    outbox.still_sending(conn, list(following), now)
    return frozenset(id_ for id_, part in following.items() if part not in begun)


def _next(result: Result) -> Attempt:
    return result.job.parts[result.job.parts.index(result.part) + 1]


def _accepted(hub: Hub, result: Result, now: datetime) -> dict[str, object]:
    part, provider_id = result.part, result.sent.provider_id if result.sent else None
    status = ReceiptStatus.SENT.value if has_receipt(hub, result.job.posting) else None
    return parts.accepted(part.id, part.tries, provider_id, status, now)


def has_receipt(hub: Hub, posting: Posting) -> bool:
    """Tells whether the channel reports what becomes of a message."""
    channel = hub.channel(posting.channel, posting.account)
    return channel is not None and channel.capabilities.receipts


def _accounts(hub: Hub, results: list[Result], now: datetime) -> None:
    """Opens and ends incidents: one of our accounts or templates cannot be used, or can again."""
    known = incidents.ill(hub)
    _desk(hub, [r for r in results if r.job.posting.lane == outbox.DESK], known, now)
    results = [r for r in results if r.job.posting.lane != outbox.DESK]
    troubles = [(r.job.posting, r.error) for r in results if r.error and incidents.concerns(r.error)]
    faulty = {(posting.channel, posting.account) for posting, _ in troubles}
    refused = [(r.job.posting, r.error) for r in results if r.error and r.error.scope in template_incidents.CURES]
    taken = [r.job.posting for r in results if r.sent]
    ill = {(each.channel, each.account) for each in known if not each.template}
    mended = ({(posting.channel, posting.account) for posting in taken} & ill) - faulty
    troubled = [each for each in known if each.template and not each.late]
    if not (troubles or mended or refused or (taken and troubled)):
        return
    with hub.store.write() as conn:
        for posting, error in refused:
            template_incidents.refused(hub, conn, posting, error.code, error.detail, error.scope, now)
        template_incidents.taken(hub, conn, taken, troubled, now)
        for posting, error in troubles:
            incidents.heard(hub, conn, posting.channel, posting.account, error, now)
        if mended:
            incidents.ended(hub, conn, mended, now)


def _desk(hub: Hub, results: list[Result], known: Collection[Open], now: datetime) -> None:
    """Opens and ends the incident of the desk."""
    errors = [(r.job.posting, r.error) for r in results if r.error]
    troubles = [(post, error) for post, error in errors if desk_incidents.concerns(error, now - post.created_at)]
    ill = {each.account: each.code for each in known if each.channel == desk_incidents.DESK}
    taken = {(r.job.posting.account, posts_into(r.job, r.job.posting.account)) for r in results if r.sent}
    mended = {place for place, posted in taken if place in ill and desk_incidents.is_over(ill[place], posted=posted)}
    if not (troubles or mended):
        return
    with hub.store.write() as conn:
        for place in mended:
            desk_incidents.ended(hub, conn, place, now)
        for posting, error in troubles:
            desk_incidents.heard(hub, conn, posting.account, error, now)


def _customers(hub: Hub, results: list[Result], now: datetime) -> None:
    """Keeps by which other names a customer is known, or where they are reached now."""
    told = [(r.job.posting, r.sent) for r in results if r.sent and (r.sent.aliases or r.sent.moved)]
    if told:
        with hub.store.write() as conn:
            sends.learn_from_all(hub, conn, told, now)


def _tell_sent(result: Result) -> None:
    posting = result.job.posting
    metrics.sends.labels(posting.channel, "sent").inc()
    log.info("sent", extra={"outbox_id": posting.id, "channel": posting.channel, "part_id": result.part.id})


def _tell_refused(hub: Hub, refused: Refused) -> None:
    posting, error = refused.result.job.posting, refused.error
    metrics.sends.labels(posting.channel, error.outcome.value).inc()
    table = hub.errors.get((posting.channel, posting.account))
    if table is not None and not table.knows(error.code):
        metrics.unknown_errors.labels(posting.channel, error.code[:64]).inc()
    log.warning(
        "not sent",
        extra={
            "outbox_id": posting.id,
            "channel": posting.channel,
            "outcome": error.outcome.value,
            "code": error.code,
            "next": refused.verdict.state,
        },
    )


def _pause(pace: Pace, posting: Posting, seconds: float) -> None:
    """Pauses the sender. The row waits in any case; without Redis only its neighbours will try too early."""
    try:
        pace.pause(f"pace:{posting.channel}:{posting.account}", seconds)
    except RedisError as error:
        log.warning("the sender was not paused", extra={"error_type": type(error).__name__})
