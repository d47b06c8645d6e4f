"""Lists what was changed of the store's files, with the numbers of the week before and of the week after.

The day of the change itself belongs to neither. Numbers are those that such a change can move (`kinds.yaml`), of the
flow or notice that it is about where it names one; how a text is read is counted of that text alone.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from core.ids import micros
from insights.improvements.kinds import kind_of
from insights.metrics.comparing import Compared, compare
from insights.metrics.definitions import Metric, metrics
from insights.metrics.spans import DAY, WEEK, Beside, moments
from storage.insight import improvements as rows
from storage.insight.counting import EVERYTHING, Only, Span

MOST = 500  # entries that were changed
TEXT = "text"  # the kind of a change
MISREAD = "texts_misread"  # the number whose detail is a text's key


class Effect(msgspec.Struct, frozen=True):
    """A number in the week before something was changed, and in the week after."""

    metric: Metric
    compared: Compared


class Improvement(msgspec.Struct, frozen=True):
    """Something that was changed of the store's files. `keys`: how many entries of that file were; `effects` are known
    when the week after is over: until then it `is_early`."""

    at: datetime
    kind: str
    file: str
    line: int
    key: str
    keys: int
    what: str
    before: str
    after: str
    topic: str
    is_early: bool
    effects: tuple[Effect, ...] = ()


def improvements(
    conn: Connection, span: Span, zone: ZoneInfo, now: datetime, kinds: Collection[str] = ()
) -> tuple[Improvement, ...]:
    """Lists those of some days, the newest first; what was changed in one file at once is one. `kinds`: only these."""
    found = rows.between(conn, *moments(span, zone), MOST, kinds)
    found.sort(key=lambda row: (-micros(row.at), row.file, row.topic))
    together = [list(each) for _, each in groupby(found, key=lambda row: (row.at, row.file, row.topic))]
    known: dict[Any, tuple[Effect, ...]] = {}
    made = partial(_made, conn, zone, now.astimezone(zone).date(), known)
    return tuple(map(made, together))


def _made(
    conn: Connection, zone: ZoneInfo, today: date, known: dict[Any, tuple[Effect, ...]], together: Sequence[Any]
) -> Improvement:
    row = min(together, key=lambda each: each.line)
    day = row.at.astimezone(zone).date()
    is_early = today <= day + WEEK
    key = row.key.partition(".")[0] if row.kind == TEXT and len(together) == 1 else ""
    moves = (day, kind_of(row.file).moves, row.topic, key)
    if not is_early and moves not in known:
        known[moves] = _effects(conn, zone, *moves)
    return Improvement(
        at=row.at,
        kind=row.kind,
        file=row.file,
        line=row.line,
        key=row.key,
        keys=len(together),
        what=row.what,
        before=row.before,
        after=row.after,
        topic=row.topic,
        is_early=is_early,
        effects=() if is_early else known[moves],
    )


def _effects(
    conn: Connection, zone: ZoneInfo, day: date, names: Sequence[str], topic: str, key: str
) -> tuple[Effect, ...]:
    spans = Beside(Span(day + DAY, day + WEEK), Span(day - WEEK, day - DAY))
    of_topic = Only(topic=topic) if topic else EVERYTHING
    own = compare(conn, [MISREAD], spans, zone, Only(detail=key)) if key and MISREAD in names else {}
    compared = {**compare(conn, [name for name in names if name not in own], spans, zone, of_topic), **own}
    told = [name for name in names if compared[name].now.n or compared[name].before.n]
    return tuple(Effect(metrics()[name], compared[name]) for name in told)
