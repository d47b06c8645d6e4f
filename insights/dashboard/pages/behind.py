"""Lists what one number is made of, each with its conversation: masked, a page at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask import Response
from sqlalchemy import Connection

from insights.conversations.veil import Veil
from insights.dashboard.asked import Asked
from insights.dashboard.frame import Frame, frame
from insights.dashboard.house import House
from insights.dashboard.page import Page
from insights.dashboard.views.number import metric_of
from insights.metrics import behind
from insights.metrics.behind import Behind
from insights.metrics.definitions import Metric
from storage.conversations import listing
from storage.insight.counting import BY

WORDS = ("channel", "topic", "agent", "team", "language", "detail")


def view(house: House, asked: Asked, name: str) -> Response | str:
    """Shows the page."""
    metric = metric_of(name)
    key = _key(asked)
    with house.store.read() as conn:
        found = frame(asked, conn)
        if not asked.wants_csv:
            return _page(conn, found, metric, key)
    return asked.csv(f"{name}-behind", _header(found, metric), _stream(house, found, metric, key))


def _page(conn: Connection, found: Frame, metric: Metric, key: tuple[str, str] | None) -> str:
    asked, spans, only = found.asked, found.spans, found.only
    try:
        rows, following = behind.rows(conn, metric, spans.now, only, found.zone, key=key, after=asked.word("after"))
    except ValueError:
        raise asked.mistake("shell.no_cursor", "after") from None
    named = [by for by in WORDS if any(getattr(row, by) for row in rows)]
    return asked.render(
        "behind.html",
        **found.shared(),
        metric=metric,
        title=found.reader.said(metric.name),
        lead=" ".join(_lead(found, metric, key)),
        rows=_shown(conn, found, metric, rows, named),
        named=[(found.reader.grouping(by), "text") for by in named],
        has_value=_has_value(metric),
        following=following,
    )


def _key(asked: Asked) -> tuple[str, str] | None:
    """Reads which group is asked for. Raises Mistake for a key that none can have."""
    by = asked.choice("by", BY)
    if not by or "key" not in asked.query:
        return None
    read: Callable[[str], Any] = asked.day if by in ("day", "week") else asked.hour if by == "hour" else asked.word
    key = read("key")
    return (by, str(key)) if key is not None else None


def _lead(found: Frame, metric: Metric, key: tuple[str, str] | None) -> Iterator[str]:
    t = found.asked.t
    yield t(f"behind.lead_{metric.behind}")
    if key:
        yield t("behind.only", what=f"{found.reader.grouping(key[0])} “{found.reader.label(*key)}”")


def _has_value(metric: Metric) -> bool:
    """Tells whether rows have a value that says something: of what is only counted, each is one."""
    return metric.of.as_ not in ("number", "part", "standing")


def _shown(
    conn: Connection, found: Frame, metric: Metric, rows: Sequence[Behind], named: Sequence[str]
) -> list[Mapping[str, Any]]:
    ids = {row.conversation_id for row in rows if row.conversation_id}
    known = listing.listed(conn, listing.Sought(ids=ids, limit=len(ids)))[0] if ids else []
    veil = Veil()
    who = {each.id: veil.name(each.name) or veil.address(each.value) for each in known}
    return [
        {
            "at": row.at,
            "who": who.get(row.conversation_id, ""),
            "href": found.asked.to(f"/conversations/{row.conversation_id}") if row.conversation_id in who else "",
            "figure": _value(found, metric, row.value),
            "business": found.reader.figure(row.business, metric.unit),
            "words": [found.reader.label(by, getattr(row, by)) if getattr(row, by) else "" for by in named],
        }
        for row in rows
    ]


def _value(found: Frame, metric: Metric, value: float | None) -> str:
    """Writes what one row adds: of a share, whether it counts."""
    if metric.of.as_ == "share":
        return found.asked.t("behind.yes" if value else "behind.no")
    return found.reader.figure(value, _unit(metric))


def _unit(metric: Metric) -> str:
    """Returns the unit of what one row adds: of a number made of scores, whatever it makes of them, that is a score."""
    return "score" if metric.of.as_ in ("top", "nps") else metric.unit


def _header(found: Frame, metric: Metric) -> list[str]:
    t = found.asked.t
    names = [t("behind.at"), t("behind.conversation"), f"{t('behind.value')} ({_unit(metric)})", t("behind.business")]
    return [*names, *(found.reader.grouping(by) for by in WORDS)]


def _stream(house: House, found: Frame, metric: Metric, key: tuple[str, str] | None) -> Iterator[Sequence[Any]]:
    """Reads the rows as they leave, with a look at the database of their own."""
    with house.store.read() as conn:
        for row in behind.every(conn, metric, found.spans.now, found.only, found.zone, key=key):
            at = row.at.astimezone(found.zone)
            yield at, row.conversation_id, row.value, row.business, *(getattr(row, by) for by in WORDS)


PAGES = (Page("/metrics/<name>/behind", view),)
