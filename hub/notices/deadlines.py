"""Lets the next way follow where the first stayed without a receipt until its deadline: once, whatever dies between."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from hub.hub import Hub
from hub.notices.planning import of_channel
from hub.notices.ways import next_after_silence
from notifications.notice import decode_notice
from notifications.planning.decisions import Reason
from storage.notices import deadlines, notices
from storage.notices.deadlines import Taken
from storage.notices.notices import NoticeRow
from storage.queues import outbox, outcomes

GROUP = 50  # notices in one transaction


def look(hub: Hub) -> int:
    """Looks at the notices whose deadline has come, a group in each transaction; returns how many took another way.

    The transaction that lets another way follow ends the deadline: after a crash it has happened, or it has not.
    """
    now = hub.now()
    with hub.store.read() as conn:
        due = deadlines.due(conn, now)
    moved = 0
    for start in range(0, len(due), GROUP):
        with hub.store.write() as conn:
            moved += _look_at(hub, conn, due[start : start + GROUP], now)
    if moved:
        hub.waker.outbox()
    return moved


def _look_at(hub: Hub, conn: Connection, ids: Sequence[str], now: datetime) -> int:
    outcomes.lock(conn, [way.outbox_id for way in deadlines.taken(conn, ids)])  # messages before notices, as everywhere
    rows = {row.id: row for row in notices.by_ids(conn, ids, lock=True)}
    still = deadlines.still_due(conn, ids, now)
    ways = {way.notice_id: way for way in deadlines.taken(conn, sorted(still))}  # the newest of each
    silent = [(rows[id_], way) for id_, way in ways.items() if _is_silent(hub, rows[id_], way)]
    moved = next_after_silence(hub, conn, [(row, (way.key, of_channel(way.channel))) for row, way in silent], now)
    deadlines.give_up(conn, [way.outbox_id for row, way in silent if row.id in moved], Reason.NO_RECEIPT.value, now)
    for row, way in silent:
        if row.id not in moved:
            deadlines.extend(conn, [way.outbox_id], decode_notice(row.data).expires_at)
    deadlines.end(conn, sorted(still))
    return len(moved)


def _is_silent(hub: Hub, row: NoticeRow, way: Taken) -> bool:
    """Tells whether nobody knows that it arrived. Where a channel has no receipts, what was sent counts as arrived."""
    if row.state not in (notices.QUEUED, notices.SENT) or way.arrived:
        return False
    channel = hub.channel(way.channel, way.account)
    has_receipts = channel is None or channel.capabilities.receipts
    return has_receipts or way.state != outbox.SENT
