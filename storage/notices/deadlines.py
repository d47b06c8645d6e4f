"""Finds the notices whose first way stayed without a receipt for too long, and what became of their ways."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, literal_column, select, update

from core.messages.receipts import ARRIVED
from storage.notices.tables import notices
from storage.queues import outbox as rows
from storage.queues.tables import outbox, outbox_parts

HAS_DEADLINE = notices.c.deadline_at.is_not(None)


class Taken(msgspec.Struct, frozen=True):
    """Holds a way that a notice took: the message's row, and whether a receipt says that it arrived."""

    notice_id: str
    outbox_id: str
    key: str
    channel: str
    account: str
    state: str
    arrived: bool


def due(conn: Connection, now: datetime, limit: int = 500) -> list[str]:
    """Lists the ids of notices whose deadline has come, the oldest first."""
    found = select(notices.c.id).where(HAS_DEADLINE, notices.c.deadline_at <= now)
    return list(conn.scalars(found.order_by(notices.c.deadline_at).limit(limit)))


def still_due(conn: Connection, ids: Collection[str], now: datetime) -> set[str]:
    """Returns those of these notices whose deadline is still to be looked at."""
    found = select(notices.c.id).where(notices.c.id.in_(ids), notices.c.deadline_at <= now)
    return set(conn.scalars(found))


def end(conn: Connection, ids: Collection[str]) -> None:
    """Ends the deadlines of these notices."""
    conn.execute(update(notices).where(notices.c.id.in_(ids)).values(deadline_at=None))


_ARRIVED: list[ColumnElement[str]] = [literal_column(f"'{status.value}'") for status in sorted(ARRIVED)]


def taken(conn: Connection, ids: Collection[str]) -> list[Taken]:
    """Reads the ways that these notices took, the oldest first."""
    arrived = exists().where(outbox_parts.c.outbox_id == outbox.c.id, outbox_parts.c.status.in_(_ARRIVED))
    box = outbox.c
    columns = (box.notification_id, box.id, box.key, box.channel, box.account, box.state)
    found = select(*columns, arrived).where(outbox.c.notification_id.in_(ids)).order_by(outbox.c.id)
    return [
        Taken(row.notification_id, row.id, row.key, row.channel, row.account, row.state, bool(row[-1]))
        for row in conn.execute(found)
    ]


def give_up(conn: Connection, ids: Collection[str], code: str, now: datetime) -> None:
    """Takes back those of these messages that did not leave yet."""
    mine = update(outbox).where(outbox.c.id.in_(ids), rows.IS_PENDING)
    conn.execute(mine.values(state=rows.CANCELLED, code=code, finished_at=now))


def extend(conn: Connection, ids: Collection[str], until: datetime) -> None:
    """Lets these messages, if they did not leave yet, be of use until then: no other way is left."""
    conn.execute(update(outbox).where(outbox.c.id.in_(ids), rows.IS_PENDING).values(expires_at=until))
