"""Shows one subject, like notices: its numbers on cards, charts over time, and tables of its groups.

    SUBJECT = Subject("notices", cards=("notices_sent", …), courses=(("notices_sent",),), tables=(Grouped(…),))
    PAGES = (Page("/notices", partial(show, subject=SUBJECT), nav="notices"),)

Its texts are in `texts/<name>.yaml`: title, lead, and a `table_<key>` for each table.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Response
from sqlalchemy import Connection

from insights.dashboard.asked import Asked
from insights.dashboard.charts import Chart, Series
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.views.cards import Card, card
from insights.dashboard.views.grouped import GroupRow, group_rows
from insights.dashboard.views.number import of, ticks
from insights.metrics.comparing import Compared, Counts
from insights.metrics.counting import Wanted
from insights.metrics.definitions import metrics
from insights.metrics.spans import length, times

LONG = 70  # days from which on a course is by week


class Grouped(NamedTuple):
    """A table: numbers by one of `storage.insight.counting.BY`. `key` names its title among the page's texts; `only`
    those groups that have the first of the numbers."""

    key: str
    by: str
    names: Sequence[str]


class Subject(NamedTuple):
    """A page of numbers that belong together. `courses`: charts, each of numbers of one unit."""

    name: str
    cards: Sequence[str]
    courses: Sequence[Sequence[str]] = ()
    tables: Sequence[Grouped] = ()


class Shown(NamedTuple):
    """Holds a table as it is shown."""

    title: str
    by: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[GroupRow]


def show(house: House, asked: Asked, subject: Subject, **more: Any) -> Response | str:
    """Shows the page; `more` goes to its template, which is the common one where it has none of its own."""
    with house.store.read() as conn:
        found = frame(asked, conn)
        if asked.wants_csv:
            return asked.csv(subject.name, csv_header(found), list(csv_lines(conn, found, subject)))
        return asked.render("subject.html", **parts(conn, found, subject), **more)


def parts(conn: Connection, found: Frame, subject: Subject) -> dict[str, Any]:
    """Makes what the template of a subject shows."""
    known, by = _known(subject.cards), course_by(found)
    compared = found.compared(conn, known)
    wanted = [Wanted("day", known), *(Wanted(by, tuple(names)) for names in subject.courses), *_wanted(subject)]
    days, *rest = found.counted_each(conn, wanted, found.spans.now)
    courses, tables = rest[: len(subject.courses)], rest[len(subject.courses) :]
    return {
        **found.shared(),
        "name": subject.name,
        "lead": found.asked.t(f"{subject.name}.lead", **found.days()),
        "cards": _cards(found, compared, days),
        "courses": [_course(found, *each) for each in zip(subject.courses, courses, strict=True)],
        "tables": [_table(found, subject, *each) for each in zip(subject.tables, tables, strict=True)],
    }


def _wanted(subject: Subject) -> list[Wanted]:
    """Lists what the tables count."""
    return [Wanted(each.by, _known(each.names)) for each in subject.tables]


def _known(names: Sequence[str]) -> tuple[str, ...]:
    """Leaves out numbers that the store has no definition of."""
    return tuple(name for name in names if name in metrics())


def _cards(found: Frame, compared: Mapping[str, Compared], days: Counts) -> list[Card]:
    keys = times(found.spans.now, "day")
    return [
        card(
            metrics()[name],
            compared[name],
            found.target(metrics()[name]),
            [of(metrics()[name], days, key).value for key in keys],
            found.reader,
        )
        for name in compared
    ]


def course_by(found: Frame) -> str:
    """Returns what a course is counted by: days, or weeks where there are many."""
    return "week" if length(found.spans.now) > LONG else "day"


def _course(found: Frame, names: Sequence[str], groups: Counts) -> Chart:
    by = course_by(found)
    first = metrics()[names[0]]
    keys = times(found.spans.now, by)
    return Chart(
        title=" · ".join(found.reader.said(metrics()[name].name) for name in names),
        labels=ticks(found.spans.now, by, found.reader),
        series=[_series(found, name, groups, keys) for name in names],
        unit=first.unit,
        kind="bar" if first.unit in ("count", "money") else "line",
        target=found.target(first) if len(names) == 1 else None,
        currency=found.reader.currency if first.unit == "money" else "",
        hrefs=[to_day(found, names[0], key) for key in keys] if by == "day" else (),
    )


def to_day(found: Frame, name: str, key: str) -> str:
    """Leads to one day of a number; from there to what is different on it."""
    return found.asked.to(f"/metrics/{name}", from_=key, to=key, by="topic")


def _series(found: Frame, name: str, groups: Counts, keys: Sequence[str]) -> Series:
    metric = metrics()[name]
    return Series(found.reader.said(metric.name), [of(metric, groups, key).value for key in keys])


def _table(found: Frame, subject: Subject, grouped: Grouped, groups: Counts) -> Shown:
    names = [metrics()[name] for name in _known(grouped.names)]
    head = found.asked.t(f"{subject.name}.head_{grouped.key}")
    heads = [(head, "text"), *((found.reader.said(each.name), "number") for each in names)]
    is_none = not any(value.n for each in groups.values() for value in each.values())
    rows = [] if is_none else group_rows(names, grouped.by, groups, found.reader, found.asked.to)
    return Shown(found.asked.t(f"{subject.name}.table_{grouped.key}"), grouped.by, heads, rows)


def csv_header(found: Frame) -> list[str]:
    """Returns the columns of a subject's file: one line for each number of each group."""
    return [found.asked.t(f"subject.csv_{name}") for name in ("table", "key", "group", "number", "value", "unit", "n")]


def csv_lines(conn: Connection, found: Frame, subject: Subject) -> Iterator[Sequence[Any]]:
    """Writes all tables of a subject one after the other."""
    counted = found.counted_each(conn, _wanted(subject), found.spans.now)
    for grouped, groups in zip(subject.tables, counted, strict=True):
        title = found.asked.t(f"{subject.name}.table_{grouped.key}")
        for key, values in groups.items():
            yield from _csv_group(found, title, grouped.by, key, values)


def _csv_group(found: Frame, title: str, by: str, key: str, values: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    for name, value in values.items():
        metric = metrics()[name]
        words = found.reader.label(by, key), found.reader.said(metric.name)
        yield title, key, words[0], words[1], value.value, metric.unit, value.n
