"""Tells what was said in conversations, and what flows counted there, as the bot's ears are measured from it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from insights.measuring.heard import Line, Trouble, trouble_of
from insights.measuring.measurer import Row, language
from storage.conversations.timeline import CUSTOMER
from storage.insight.sources import talks


class Talk(NamedTuple):
    """Holds a conversation of some time. `where`: the columns of a measure that it gives."""

    where: Row
    lines: Sequence[Line]
    troubles: Sequence[Trouble]


def told(
    conn: Connection, message_ids: Collection[str], names: Collection[str], since: datetime, until: datetime
) -> Iterator[Talk]:
    """Reads the conversations of these messages, between two moments, and what was counted there of `names`."""
    said = talks.lines(conn, message_ids, since, until)
    counted = talks.events(conn, said, names, since, until)
    for place, rows in said.items():
        lines = [Line(each.id, each.at, each.author == CUSTOMER, each.flow or "", each.response or "") for each in rows]
        troubles = [Trouble(each.at, trouble_of(each.name, each.detail)) for each in counted.get(place, ())]
        where = {"conversation_id": place, "channel": rows[0].channel, "language": language(rows[0])}
        yield Talk(where, lines, troubles)
