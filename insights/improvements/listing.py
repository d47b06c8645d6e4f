"""Lists what was changed of the store's files, with the numbers of the week before and of the week after.

The day of the change itself belongs to neither. Numbers are those that such a change can move (`kinds.yaml`), of the
flow or notice that it is about where it names one.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from insights.improvements.kinds import kind_of
from insights.metrics.comparing import Compared, compare
from insights.metrics.counting import DAY, midnight
from insights.metrics.definitions import Metric, metrics
from insights.metrics.spans import Beside
from storage.insight import improvements as rows
from storage.insight.counting import EVERYTHING, Only, Span

WEEK = timedelta(days=7)
MOST = 500  # entries that were changed


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
    since, until = midnight(span.first, zone), midnight(span.last + DAY, zone)
    found = rows.between(conn, since, until, MOST, kinds)
    together = [list(each) for _, each in groupby(found, key=lambda row: (row.version, row.file, row.topic))]
    known: dict[Any, tuple[Effect, ...]] = {}
    made = partial(_made, conn, zone, now.astimezone(zone).date(), known)
    return tuple(map(made, together))


def _made(
    conn: Connection, zone: ZoneInfo, today: date, known: dict[Any, tuple[Effect, ...]], together: Sequence[Any]
) -> Improvement:
    row = min(together, key=lambda each: each.line)
    day = row.at.astimezone(zone).date()
    is_early = today <= day + WEEK
    moves = (day, kind_of(row.file).moves, row.topic)
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


def _effects(conn: Connection, zone: ZoneInfo, day: date, names: Sequence[str], topic: str) -> tuple[Effect, ...]:
    spans = Beside(Span(day + DAY, day + WEEK), Span(day - WEEK, day - DAY))
    asked = [name for name in names if name in metrics()]
    compared = compare(conn, asked, spans, zone, Only(topic=topic) if topic else EVERYTHING)
    return tuple(Effect(metrics()[name], each) for name, each in compared.items() if each.now.n or each.before.n)
