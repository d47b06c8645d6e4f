"""Writes what came of a call to the store, and lets the conversation know that waits for it."""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.errors import Outcome, SendError
from core.retries import RULES, Failure
from core.shop.shop_actions import EXPIRES_AFTER, ShopAnswer, ShopStatus
from hub import metrics
from hub.hub import Hub
from hub.outgoing import answers
from hub.returns import answering
from storage.outgoing import rows
from storage.outgoing.rows import Outgoing

log = logging.getLogger(__name__)

SILENCE = timedelta(hours=24)  # so long the store may take to tell what became of a request that it took
EXPIRED, SILENT = "expired", "silent"
_STATES = {ShopStatus.DONE: rows.DONE, ShopStatus.REFUSED: rows.REFUSED, ShopStatus.FAILED: rows.FAILED}


def told(hub: Hub, fact: Outgoing, now: datetime) -> None:
    """Writes that a fact was taken."""
    metrics.outgoing.labels(fact.type, "taken").inc()
    with hub.store.write() as conn:
        rows.settle(conn, fact, state=rows.DONE, finished_at=now, code=None)


def answered(hub: Hub, request: Outgoing, answer: ShopAnswer, now: datetime) -> None:
    """Writes the store's answer to a request, and hands it to its conversation."""
    metrics.outgoing.labels(request.type, answer.status.value).inc()
    values: dict[str, Any] = {"reason": answer.reason or answer.why, "remote_id": answer.id, "code": None}
    if answer.status is ShopStatus.PENDING:
        values |= {"state": rows.ASKED, "not_before": _look_at(request, answer, now)}
    else:
        values |= {"state": _STATES[answer.status], "finished_at": now}
    with hub.store.write() as conn:
        answering.hold(conn, request)
        if rows.settle(conn, request, **values):
            answering.answered(hub, conn, request, answer, now)
            answers.deliver(hub, conn, request, answer, now)
    hub.waker.shards(range(hub.shards))


def failed(hub: Hub, event: Outgoing, error: SendError, now: datetime) -> None:
    """Writes a call that was not taken: it comes again by the table, or is kept. A request is kept when it expires."""
    metrics.outgoing.labels(event.type, error.outcome.value).inc()
    log.warning("the store did not take it", extra={"outgoing_id": event.id, "type": event.type, "code": error.code})
    if _is_final(event, error):
        give_up(hub, event, error.code, now)
        return
    rule = RULES[Failure.OUTGOING]
    again = now + timedelta(seconds=max(rule.wait(event.attempts - 1), error.retry_after or 0))
    if event.expires_at and event.state == rows.PENDING:
        again = min(again, event.expires_at)
    with hub.store.write() as conn:
        rows.settle(conn, event, not_before=again, code=error.code[:64])


def give_up(hub: Hub, event: Outgoing, code: str, now: datetime) -> None:
    """Keeps what nobody takes; a request is people's from then on."""
    answer = ShopAnswer(ShopStatus.FAILED)
    with hub.store.write() as conn:
        answering.hold(conn, event)
        ended = rows.settle(conn, event, state=rows.FAILED, finished_at=now, code=code[:64])
        if ended and event.kind == rows.REQUEST:
            answering.answered(hub, conn, event, answer, now)
            answers.deliver(hub, conn, event, answer, now)
    if event.kind == rows.REQUEST:
        hub.waker.shards(range(hub.shards))


def is_over(event: Outgoing, now: datetime) -> str:
    """Says why a request is not to be made (again); empty when it is."""
    if event.state == rows.ASKED:
        return SILENT if _silent_from(event, now) <= now else ""
    return EXPIRED if event.expires_at and event.expires_at <= now else ""


def _look_at(request: Outgoing, answer: ShopAnswer, now: datetime) -> datetime:
    """Returns when to see again what became of what the store took: the longer ago that is, the longer we wait."""
    if answer.again is None:
        return now + SILENCE
    silent = _silent_from(request, now)
    waited = now - (silent - SILENCE)
    return min(now + max(timedelta(seconds=answer.again), waited / 2), silent)


def _silent_from(request: Outgoing, now: datetime) -> datetime:
    """Returns when a store that took a request has said nothing of it for too long."""
    return (request.expires_at or now) - EXPIRES_AFTER + SILENCE


def _is_final(event: Outgoing, error: SendError) -> bool:
    if event.kind == rows.REQUEST:
        return error.outcome is Outcome.CONTENT_REJECTED  # what may pass is tried until it expires
    return error.code == "gone" or RULES[Failure.OUTGOING].is_over(event.attempts - 1)


def settled(hub: Hub, conn: Connection, request: Outgoing, answer: ShopAnswer, now: datetime) -> None:
    """Writes an outcome that an event of the store showed."""
    answering.hold(conn, request)
    if rows.finish(conn, request.id, _STATES[answer.status], now, reason=answer.reason or answer.why):
        metrics.outgoing.labels(request.type, answer.status.value).inc()
        answering.answered(hub, conn, request, answer, now)
        answers.deliver(hub, conn, request, answer, now)
