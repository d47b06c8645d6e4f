"""Sends whose outcome nobody knows: left by a crash or a lost answer, ended by a receipt or by a rule after a while.

A reply or service notice is repeated once, because a lost answer is worse than a double one; marketing never.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from core.errors import Outcome
from core.messages import Speaker
from hub import metrics
from hub.delivery import follow_up
from hub.hub import Hub
from storage.queues import outbox
from storage.queues.outbox import Posting
from storage.queues.tables import outbox as outbox_table
from storage.queues.tables import outbox_parts

log = logging.getLogger(__name__)

_DOUBT_ROW = update(outbox_table).where(
    outbox_table.c.id == bindparam("row"),
    outbox_table.c.state == outbox.SENDING,
    outbox_table.c.started_at < bindparam("before"),
)
_DOUBT_ROW = _DOUBT_ROW.values(state=outbox.UNKNOWN, code="crash")
_DOUBT_PART = update(outbox_parts).where(
    outbox_parts.c.outbox_id == bindparam("row"), outbox_parts.c.state == outbox.SENDING
)
_DOUBT_PART = _DOUBT_PART.values(state=outbox.UNKNOWN)
_REPEAT_PART = update(outbox_parts).where(
    outbox_parts.c.outbox_id == bindparam("row"), outbox_parts.c.state == outbox.UNKNOWN
)
_REPEAT_PART = _REPEAT_PART.values(state=outbox.PENDING, repeats=outbox_parts.c.repeats + 1)


def sweep(hub: Hub) -> int:
    """Ends what has been in doubt for long enough; returns how many rows changed."""
    now = hub.now()
    timing = hub.timing
    with hub.store.read() as conn:
        rows = outbox.in_doubt(conn, now - timedelta(seconds=min(timing.sending_deadline, timing.ambiguous_after)))
    crashed = [r.id for r in rows if r.state == outbox.SENDING and _older(r.started_at, timing.sending_deadline, now)]
    ripe = [r.id for r in rows if r.state == outbox.UNKNOWN and _older(r.started_at, timing.ambiguous_after, now)]
    if not (crashed or ripe):
        return 0
    with hub.store.write() as conn:
        outbox.lock_parts(conn, of=[*crashed, *ripe])
        for id_ in crashed:
            before = now - timedelta(seconds=timing.sending_deadline)
            if conn.execute(_DOUBT_ROW, {"row": id_, "before": before}).rowcount:
                conn.execute(_DOUBT_PART, [{"row": id_}])
        for id_ in ripe:
            _end(hub, conn, id_, now)
    hub.waker.outbox()
    return len(crashed) + len(ripe)


def _older(started: datetime, seconds: float, now: datetime) -> bool:
    return started < now - timedelta(seconds=seconds)


def _end(hub: Hub, conn: Connection, id_: str, now: datetime) -> None:
    posting = outbox.by_id(conn, id_)
    if posting is None:
        return
    if outbox.state_of(conn, id_, lock=True) != outbox.UNKNOWN:
        return  # a receipt, or another worker, ended the doubt meanwhile
    parts = conn.execute(select(outbox_parts).where(outbox_parts.c.outbox_id == id_).order_by(outbox_parts.c.n)).all()
    if parts and all(part.state == outbox.SENT for part in parts):
        # Receipts proved every part while the row still stood as being sent: there is nothing to repeat.
        conn.execute(outbox.FINISH, [outbox.ending(id_, outbox.SENT, now, finished=now)])
        follow_up.sent(hub, conn, posting, parts[-1].provider_id or "", now)
        return
    repeats = [part.repeats for part in parts if part.state == outbox.UNKNOWN]
    may_repeat = _may_repeat(posting, repeats)
    end = "repeated" if may_repeat else "given_up"
    metrics.ambiguous.labels(posting.channel, end).inc()
    log.warning("outcome unknown", extra={"outbox_id": id_, "channel": posting.channel, "end": end})
    if may_repeat:
        conn.execute(_REPEAT_PART, [{"row": id_}])
        conn.execute(outbox.FINISH, [outbox.ending(id_, outbox.PENDING, now, code="repeated_after_doubt")])
        return
    conn.execute(outbox.FINISH, [outbox.ending(id_, outbox.FAILED, now, burned=1, finished=now, code="ambiguous")])
    follow_up.failed(hub, conn, posting, Outcome.AMBIGUOUS, "ambiguous", now)


def _may_repeat(posting: Posting, repeats: Sequence[int]) -> bool:
    """Once, and marketing never. The desk is told until it hears: a case without its card would wait for ever."""
    if posting.lane == outbox.DESK:
        return True
    return posting.speaker != Speaker.MARKETING.value and all(count == 0 for count in repeats)
