"""What came of the calls, written in groups, with what follows from it."""

import logging
from datetime import datetime
from typing import Any

from redis import RedisError
from sqlalchemy import Connection

from core.messages import ReceiptStatus
from hub import metrics
from hub.accounts import incidents
from hub.customers import sends
from hub.delivery import follow_up
from hub.delivery.outcomes import judge
from hub.delivery.prepare import Attempt, Result
from hub.delivery.rate_limit import Pace
from hub.delivery.receipts import settle_parked
from hub.hub import Hub
from storage.engine.batch import Batch
from storage.queues import outbox
from storage.queues.outbox import Posting

log = logging.getLogger(__name__)


def record(hub: Hub, pace: Pace, results: list[Result]) -> None:
    """Writes what came of a group of calls, and what follows.

    First what was sent, in one transaction. What it says of accounts and customers comes after, by itself: a fault
    there is logged, and takes back nothing.
    """
    now = hub.now()
    results = sorted(results, key=lambda result: result.job.posting.id)
    batch = Batch()
    for result in results:
        if result.goes_on:
            _accepted(hub, batch, result, now)
        else:
            _failed(hub, batch, pace, result, now)
    with hub.store.write() as conn:
        outbox.lock_parts(conn, ids=[part.id for result in results for part in _concerned(result)])
        batch.apply(conn, hub.store)
        settle_parked(hub, conn, [r for r in results if r.sent and r.sent.provider_id], now)
        for result in results:
            _follow_up(hub, conn, result, now)
    for learn in (_accounts, _customers):
        try:
            learn(hub, results, now)
        except Exception:
            log.exception("what calls told was not kept", extra={"what": learn.__name__.strip("_")})


def _concerned(result: Result) -> tuple[Attempt, ...]:
    """The part, and the next one, which begins."""
    start = result.job.parts.index(result.part)
    return result.job.parts[start : start + 2]


def _accounts(hub: Hub, results: list[Result], now: datetime) -> None:
    """One of our accounts cannot send, or can again."""
    troubles = [(r.job.posting, r.error) for r in results if r.error and incidents.concerns(r.error)]
    faulty = {(posting.channel, posting.account) for posting, _ in troubles}
    working = {(r.job.posting.channel, r.job.posting.account) for r in results if r.sent}
    mended = (working & incidents.ill(hub)) - faulty
    if not (troubles or mended):
        return
    with hub.store.write() as conn:
        for posting, error in troubles:
            incidents.heard(hub, conn, posting.channel, posting.account, error, now)
        if mended:
            incidents.ended(hub, conn, mended, now)


def _customers(hub: Hub, results: list[Result], now: datetime) -> None:
    """A customer is known by other names too, or reached elsewhere."""
    told = [(r.job.posting, r.sent) for r in results if r.sent and (r.sent.aliases or r.sent.moved)]
    if told:
        with hub.store.write() as conn:
            sends.learn_from_all(hub, conn, told, now)


def _accepted(hub: Hub, batch: Batch, result: Result, now: datetime) -> None:
    posting, provider_id = result.job.posting, result.sent.provider_id if result.sent else None
    batch.update(
        outbox.FINISH_PART, _part(result.part.id, outbox.SENT, provider_id, None, now, has_receipt(hub, posting))
    )
    if result.last:
        batch.update(outbox.FINISH, outbox.ending(posting.id, outbox.SENT, now, finished=now))
    else:
        following = result.job.parts[result.job.parts.index(result.part) + 1]
        batch.update(outbox.START_PART, {"row": following.id, "at": now})
        batch.update(outbox.STILL_SENDING, {"row": posting.id, "at": now})
    metrics.sends.labels(posting.channel, "sent").inc()
    log.info("sent", extra={"outbox_id": posting.id, "channel": posting.channel, "part_id": result.part.id})


def has_receipt(hub: Hub, posting: Posting) -> bool:
    """Whether the channel reports what becomes of a message."""
    channel = hub.channel(posting.channel, posting.account)
    return channel is not None and channel.capabilities.receipts


def _failed(hub: Hub, batch: Batch, pace: Pace, result: Result, now: datetime) -> None:
    error, posting = result.error, result.job.posting
    if error is None:
        return
    verdict = judge(error, posting.attempts, posting.speaker, now, now - posting.created_at)
    if verdict.pause:
        _pause(pace, posting, verdict.pause)
    batch.update(outbox.FINISH_PART, _part(result.part.id, verdict.state, None, error.code[:64], now, False))
    ending = outbox.ending(
        posting.id,
        verdict.state,
        verdict.not_before,
        burned=verdict.burned,
        finished=now if verdict.state == outbox.FAILED else None,
        code=error.code[:64],
        detail=error.detail[:300],
    )
    batch.update(outbox.FINISH, ending)
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
            "next": verdict.state,
        },
    )


def _pause(pace: Pace, posting: Posting, seconds: float) -> None:
    """The row waits in any case; without Redis only its neighbours will try too early."""
    try:
        pace.pause(f"pace:{posting.channel}:{posting.account}", seconds)
    except RedisError as error:
        log.warning("the sender was not paused", extra={"error_type": type(error).__name__})


def _follow_up(hub: Hub, conn: Connection, result: Result, now: datetime) -> None:
    posting = result.job.posting
    if result.goes_on:
        # A receipt that came first may have said already that it failed after all.
        told = posting.origin or posting.notice_id
        if result.last and not (told and outbox.state_of(conn, posting.id) != outbox.SENT):
            follow_up.sent(hub, conn, posting, result.sent.provider_id if result.sent else "", now)
        return
    error = result.error
    if error and judge(error, posting.attempts, posting.speaker, now, now - posting.created_at).state == outbox.FAILED:
        follow_up.failed(hub, conn, posting, error.outcome, error.code[:64], now, error.scope)


def _part(
    id_: str, state: str, provider_id: str | None, code: str | None, now: datetime, receipts: bool
) -> dict[str, Any]:
    return {
        "row": id_,
        "state_": state,
        "provider": provider_id or None,
        "code_": code,
        "status_": ReceiptStatus.SENT.value if receipts and state == outbox.SENT else None,
        "at": now,
    }
