"""Lists measures one by one, for whoever asks what a number is made of."""

import re
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from core.ids import micros
from storage.engine.schema import moment
from storage.insight.counting import BY, EVERYTHING, Of, Only, Span, kept
from storage.insight.tables import measures

BY_TIME = ("all", "oldest")
_CURSOR = re.compile(r"(-?[0-9]{1,18})?\.([0-9]{1,17})\.([^.]{1,24})")  # value, microseconds, subject
_HOUR = {form.format(hour): hour for hour in range(24) for form in ("{}", "{:02}")}  # as they may be written


class Row(NamedTuple):
    """Holds one measure."""

    at: datetime
    subject: str
    conversation_id: str
    value: int
    business: int | None
    channel: str
    topic: str
    agent: str
    team: str
    language: str
    detail: str


class Sought(NamedTuple):
    """Says which measures are listed, in which `order`: all (the newest first), oldest, ones, zeros, longest.

    `key`: of which group. `stood_until`: those that began by then and were not over on the span's day.
    """

    of: Of
    span: Span
    only: Only = EVERYTHING
    order: str = "all"
    key: tuple[str, str] | None = None
    stood_until: datetime | None = None


def listed(conn: Connection, sought: Sought, limit: int, after: str = "") -> list[Row]:
    """Lists measures after that cursor. Raises ValueError for what is no cursor, or no such group."""
    where = [measures.c.metric == sought.of.metric, *_when(sought), *kept(sought.only)]
    where += [measures.c.detail.in_(sought.of.details)] if sought.of.details else []
    where += [_in_group(*sought.key)] if sought.key else []
    where += [_after(sought.order, after)] if after else []
    rises = sought.order == "zeros"
    first = [] if sought.order in BY_TIME else [measures.c.value.asc() if rises else measures.c.value.desc()]
    asked = select(*(measures.c[name] for name in Row._fields)).where(*where)
    last = [measures.c.at, measures.c.subject]
    asked = asked.order_by(*first, *(last if sought.order == "oldest" else [each.desc() for each in last])).limit(limit)
    return [Row(*each) for each in conn.execute(asked)]


def cursor(row: Row, order: str) -> str:
    """Names a row so that the next page begins after it."""
    return ".".join([str(row.value) if order not in BY_TIME else "", str(micros(row.at)), row.subject])


def _when(sought: Sought) -> tuple[ColumnElement[bool], ...]:
    if sought.stood_until:
        return measures.c.day > sought.span.last, measures.c.at < sought.stood_until
    return measures.c.day >= sought.span.first, measures.c.day <= sought.span.last


def _in_group(by: str, word: str) -> ColumnElement[bool]:
    meant = group_meant(by, word)
    is_in: ColumnElement[bool] = measures.c[by] == meant
    return is_in


def group_meant(by: str, word: str) -> Any:
    """Reads the key of a group: a date of a day or week, a number of an hour, else the word itself. Raises ValueError
    for what is none."""
    if by not in BY:
        raise ValueError(f"{by} is nothing that is counted by")
    try:
        if by in ("day", "week"):
            return date.fromisoformat(word)
        return _HOUR[word] if by == "hour" else word
    except (KeyError, ValueError):
        raise ValueError(f"{word[:60]!r} is no {by}") from None


def _after(order: str, written: str) -> ColumnElement[bool]:
    value, at, subject = _parsed(written)
    if order == "oldest":
        return or_(measures.c.at > at, and_(measures.c.at == at, measures.c.subject > subject))
    later = or_(measures.c.at < at, and_(measures.c.at == at, measures.c.subject < subject))
    if order == "all":
        return later
    beyond = measures.c.value > value if order == "zeros" else measures.c.value < value
    return or_(beyond, and_(measures.c.value == value, later))


def _parsed(written: str) -> tuple[int, datetime, str]:
    found = _CURSOR.fullmatch(written)
    if found is None:
        raise ValueError(f"{written[:60]!r} is no cursor")
    return int(found[1] or 0), moment(int(found[2])), found[3]
