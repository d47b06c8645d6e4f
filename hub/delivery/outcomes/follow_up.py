"""Tells of a message's end: the agent who wrote it, the notice it carries, the address it went to."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from core.desk.posts import PostErased, decode_desk_post
from core.errors import Outcome, SendError
from core.messages.outbound import decode_message
from hub import metrics
from hub.accounts import incidents, template_incidents
from hub.clocks import keeping
from hub.delivery import desk_job
from hub.delivery.outcomes.judging import explain
from hub.desk.replying import marks
from hub.desk.undelivered import failures
from hub.hub import Hub
from hub.notices import lifecycle
from storage.accounts import templates
from storage.accounts.incidents import LATE
from storage.people import addresses, consents
from storage.people.tables import consents as consents_table
from storage.promises import ledger
from storage.queues import outbox, outcomes
from storage.queues.outbox import Posting


def settle(hub: Hub, conn: Connection, ids: Collection[str], now: datetime) -> None:
    """Brings messages to the state of their parts, which the caller has locked; tells of those that are sent by it."""
    found = [posting for id_ in outcomes.settle(conn, ids, now) if (posting := outbox.by_id(conn, id_))]
    sent(hub, conn, found, now)


def sent(hub: Hub, conn: Connection, postings: Sequence[Posting], now: datetime) -> None:
    """Tells of messages that were accepted: the agent sees a mark, a notice gets its state."""
    for posting in postings:
        if posting.origin:
            marks.show_delivery(hub, conn, posting.id, now)
    lifecycle.sent(hub, conn, postings, now)


def failed(hub: Hub, conn: Connection, posting: Posting, error: SendError, now: datetime) -> None:
    """Tells of a message that failed: consent and address learn of it, the agent too, a notice tries the next way."""
    if posting.lane == outbox.DESK:
        _stays(hub, conn, posting, error, now)
        if error.scope == desk_job.THREAD:
            desk_job.lost(hub, conn, posting, error.thread, now)
        return
    outcome, code, scope = error.outcome, error.code[:64], error.scope
    if outcome is Outcome.OPTED_OUT:
        purposes = ("marketing",) if scope == "marketing" else ("service", "marketing")
        rows = [consents.row(posting.channel, posting.value, p, False, f"provider:{code}", now) for p in purposes]
        conn.execute(hub.store.insert(consents_table), rows)
    if scope == template_incidents.SUSPENDED:
        _suspend_template(hub, conn, posting, now)
    if outcome is Outcome.ADDRESS_DEAD:
        conn.execute(addresses.MARK_DEAD, [{"row": posting.key, "at": now}])
    if posting.origin and posting.case_id:
        marks.show_delivery(hub, conn, posting.id, now)
        failures.told(hub, conn, posting, explain(outcome, code), code, now)
        keeping.unanswered(hub, conn, posting.case_id, now)
    ledger.unsay(conn, posting.id, now)
    if posting.notice_id:
        lifecycle.failed(hub, conn, posting, code, now)


def _stays(hub: Hub, conn: Connection, posting: Posting, error: SendError, now: datetime) -> None:
    """Tells operators of what was to be deleted at the desk and could not be."""
    post = decode_desk_post(posting.payload)
    if isinstance(post, PostErased):
        what = f"file {post.file}" if post.file else f"message {post.message} in channel {post.place}"
        words = f":warning: What was erased here stays in Slack ({error.code}): {what}. Delete it there by hand."
        incidents.notice(hub, conn, words, now)


def _suspend_template(hub: Hub, conn: Connection, posting: Posting, now: datetime) -> None:
    """Pauses a template that the provider says is out of use: no notice tries it until the provider says otherwise."""
    call = decode_message(posting.payload).template
    if call:
        templates.pause(conn, hub.store, posting.channel, posting.account, call.name, call.language, now)


def failed_by_receipt(hub: Hub, conn: Connection, posting: Posting, code: str, now: datetime) -> None:
    """Tells of a message that the provider took, and of which it said later that it did not arrive."""
    table = hub.errors.get((posting.channel, posting.account))
    outcome = table.outcome(code) if table else Outcome.CONTENT_REJECTED
    if table and code and not table.knows(code):
        metrics.unknown_errors.labels(posting.channel, code).inc()
    scope = table.scopes.get(code, "all") if table else "all"
    template_incidents.refused(hub, conn, posting, code, LATE, scope, now)
    failed(hub, conn, posting, SendError(outcome, code, scope=scope), now)
