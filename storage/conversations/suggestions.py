"""Keeps with a customer's line which answers of the store's may fit it: ids and how near each is, no words."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, select

from storage.people.tables import messages

Near = tuple[str, float]  # the id of an answer, and how near it is
_NEAR: msgspec.json.Decoder[tuple[Near, ...]] = msgspec.json.Decoder(tuple[Near, ...])


class Suggestion(NamedTuple):
    """Holds what a customer asked, and which answers may fit it, the nearest first."""

    asked: str
    answers: tuple[str, ...] = ()


NOTHING = Suggestion("")


def written(found: Sequence[Near]) -> str | None:
    """Writes them as a line of the timeline keeps them."""
    return msgspec.json.encode([(id_, round(nearness, 2)) for id_, nearness in found]).decode() if found else None


def newest(conn: Connection, conversation_id: str, since: datetime) -> Suggestion:
    """Reads the newest question since then that answers may fit; what was deleted is asked no more."""
    row = conn.execute(_NEWEST, {"place": conversation_id, "since": since}).first()
    return Suggestion(row.text, tuple(id_ for id_, _ in _NEAR.decode(row.answers))) if row else NOTHING


_NEWEST = (
    select(messages.c.text, messages.c.answers)
    .where(
        messages.c.conversation_id == bindparam("place"),
        messages.c.at >= bindparam("since", type_=messages.c.at.type),
        messages.c.answers.is_not(None),
        messages.c.deleted_at.is_(None),
    )
    .order_by(messages.c.id.desc())
    .limit(1)
)
