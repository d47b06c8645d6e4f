"""Finds the message of a customer that an id names: our line of it, the item that came in, or the provider's id."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from storage.conversations.timeline import CUSTOMER
from storage.people.tables import conversations, messages
from storage.queues import trace


class Heard(NamedTuple):
    """Holds a message as it stands on the timeline."""

    id: str
    conversation_id: str
    text: str


_HEARD = select(messages.c.id, messages.c.conversation_id, messages.c.text).where(messages.c.author == CUSTOMER)


def heard(conn: Connection, id_: str) -> Heard | None:
    """Finds the message; None where the id is of something else."""
    own = _only(conn, messages.c.id == id_)
    if own is not None:
        return own
    for row in trace.incoming(conn, id_):
        place = conn.scalar(select(conversations.c.id).where(conversations.c.key == row.key))
        name = row.external_id.partition(":")[2]
        found = _only(conn, messages.c.conversation_id == place, messages.c.external_id == name) if place else None
        if found is not None:
            return found
    return None


def _only(conn: Connection, *which: ColumnElement[bool]) -> Heard | None:
    row = conn.execute(_HEARD.where(*which).limit(1)).first()
    return Heard(*row) if row else None
