"""Lists conversations, and finds them by what was said."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from flask import Response
from msgspec.structs import replace

from insights.conversations.glances import Glance, glances
from insights.dashboard import looks
from insights.dashboard.asked import LONGEST, Asked
from insights.dashboard.house import House
from insights.dashboard.mistakes import Mistake
from insights.dashboard.page import Page
from insights.metrics.spans import DAY, midnight
from storage.conversations.listing import STATES, Sought
from storage.insight.counting import Span
from storage.people import lookup

LIMIT, FILE_LIMIT = 50, 500  # on a page, and read at once for a file
WORDS = ("q", "customer", "order", "flow")
COLUMNS = ("last", "conversation", "customer", "address", "channel", "state", "case", "orders", "language", "words")
RECENT = timedelta(days=90)  # of which topics are offered, where no days are asked for


def view(house: House, asked: Asked) -> Response | str:
    """Shows the list, or gives it as a file."""
    looks.leave()
    sought, by = _sought(asked), {name: asked.word(name) for name in WORDS}
    if asked.wants_csv:
        return asked.csv("conversations", COLUMNS, _rows(house, asked, sought, by))
    page, following = _page(house, asked, sought, by)
    return asked.render(
        "conversations.html",
        page=page,
        following=following,
        by=by,
        state=sought.state,
        states=STATES,
        first=asked.day("from"),
        last=asked.day("to"),
        only=asked.options(_offered(asked), "channel", "topic"),
        is_sought=any(asked.query.get(name) for name in (*WORDS, "state", "channel", "topic", "from", "to")),
    )


def _sought(asked: Asked) -> Sought:
    first, last = asked.day("from"), asked.day("to")
    if first and last and first > last:
        raise Mistake("shell.backwards", first=first, last=last)
    return Sought(
        words=asked.word("q"),
        state=asked.choice("state", STATES) or None,
        channel=asked.word("channel") or None,
        topic=asked.word("topic") or None,
        flow=asked.word("flow") or None,
        since=midnight(first, asked.shop.zone) if first else None,
        until=midnight(last + DAY, asked.shop.zone) if last else None,
        limit=LIMIT,
        after=asked.word("after") or None,
    )


def _offered(asked: Asked) -> Span:
    """Returns the days of which topics are offered: those that are asked for, of very many the last."""
    first = asked.day("from")
    last = asked.day("to") or max(asked.today, first or asked.today)
    return Span(max(first or last - RECENT, last - LONGEST * DAY), last)


def _page(house: House, asked: Asked, sought: Sought, by: Mapping[str, str]) -> tuple[list[Glance], str | None]:
    with house.store.read() as conn:
        ids = lookup.both(conn, by["customer"], by["order"])
        try:
            return glances(conn, replace(sought, ids=ids))
        except ValueError:
            raise asked.mistake("shell.no_cursor", "after") from None


def _rows(house: House, asked: Asked, sought: Sought, by: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """Reads page after page, each in a transaction of its own."""
    following: str | None = sought.after or ""
    while following is not None:
        page, following = _page(house, asked, replace(sought, limit=FILE_LIMIT, after=following or None), by)
        for each in page:
            of = each.listed
            words = "".join(piece for piece, _ in each.words)
            yield (
                *(of.last_at, of.id, each.name, each.address, of.channel, of.state, of.case),
                *(" ".join(each.orders), of.language, words),
            )


PAGES = (Page("/conversations", view, nav="conversations"),)
