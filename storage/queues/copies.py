"""Reads and rewrites the copies of a customer's words in the queues, which are kept after they were handled."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from storage.queues.tables import inbox, outbox


class Copy(NamedTuple):
    """Holds a row of the outbox that posted to the desk, or (without a cause) one of the inbox."""

    id: str
    key: str
    payload: str
    cause_id: str | None = None


def joined(conn: Connection, row: Copy) -> list[Copy]:
    """Lists the later rows of the same case that another post said too."""
    later = select(outbox.c.id, outbox.c.key, outbox.c.payload, outbox.c.cause_id)
    later = later.where(outbox.c.key == row.key, outbox.c.id > row.id, outbox.c.code == "joined").order_by(outbox.c.id)
    return [Copy(*each) for each in conn.execute(later)]


def causes(conn: Connection, ids: Collection[str]) -> list[Copy]:
    """Reads the rows of the inbox with these ids."""
    found = select(inbox.c.id, inbox.c.key, inbox.c.payload).where(inbox.c.id.in_(ids)).order_by(inbox.c.id)
    return [Copy(*each) for each in conn.execute(found)]


def rewrite_post(conn: Connection, id_: str, payload: str) -> None:
    """Writes what a row of the outbox says from now on."""
    conn.execute(update(outbox).where(outbox.c.id == id_).values(payload=payload))


REWRITE_ARRIVAL = update(inbox).where(inbox.c.id == bindparam("row")).values(payload=bindparam("payload_"))


def rewrite_arrival(conn: Connection, id_: str, payload: str) -> None:
    """Writes what a row of the inbox says from now on."""
    conn.execute(REWRITE_ARRIVAL, {"row": id_, "payload_": payload})
