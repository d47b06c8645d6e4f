"""Shows one conversation with all it has; what is personal only to who asked for it, which is logged."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import Response, abort, make_response, redirect

from insights.conversations.lines import Line
from insights.conversations.through import through
from insights.conversations.veil import Veil
from insights.conversations.whole import Place, Whole, whole
from insights.dashboard import looks
from insights.dashboard.asked import Asked
from insights.dashboard.house import House
from insights.dashboard.mistakes import NotThere
from insights.dashboard.page import Page
from insights.dashboard.talk import files
from insights.dashboard.talk.happenings import Event, case_shown, event
from insights.dashboard.talk.lines import Shown, shown
from storage.desk import cases

_ID = re.compile(r"[0-9a-f]{1,25}")  # or how one begins


class Entry(NamedTuple):
    """Holds a line or an event of the page. `day`: the day that begins with it."""

    day: date | None
    line: Shown | None
    event: Event | None


def view(house: House, asked: Asked, id_: str) -> Response | str:
    """Shows a page of it, or gives all of it as a file."""
    of = f"conversation:{id_}"
    place, may_see = Place(_id(asked, "before"), _id(asked, "at")), looks.may_see(asked, of)
    with house.store.read() as conn:
        found = whole(conn, id_, house.window_hours, place, asked.now)
    if found is None:
        raise NotThere
    if looks.looked(asked, of):
        return make_response(redirect(asked.here(), 303))
    veil = found.veil._replace(is_lifted=may_see)
    if asked.wants_csv:
        return asked.csv(f"conversation-{id_}", files.TALK, _stream(house, found, asked, veil))
    return asked.render(
        "conversation.html",
        head=found.head,
        veil=veil,
        name=veil.name(found.head.customer.name),
        cases=[case_shown(each, asked, veil) for each in reversed(found.cases)],
        entries=list(_entries(found, asked, veil)),
        earlier=found.earlier,
        later=found.later,
    )


def _stream(house: House, found: Whole, asked: Asked, veil: Veil) -> Iterator[Sequence[Any]]:
    """Reads all of it as it leaves, with a look at the database of its own."""
    with house.store.read() as conn:
        entries = through(conn, found.head.id, found.head.customer.our_id, asked.now)
        yield from files.talk(entries, asked, veil, veil.name(found.head.customer.name))


def _id(asked: Asked, name: str) -> str:
    given = asked.word(name)
    if given and not _ID.fullmatch(given):
        raise asked.mistake("shell.no_cursor", name)
    return given


def _entries(found: Whole, asked: Asked, veil: Veil) -> Iterator[Entry]:
    name, before = veil.name(found.head.customer.name), None
    for each in found.entries:
        at = each.said.at if isinstance(each, Line) else each.at
        today = at.astimezone(asked.shop.zone).date()
        day = today if today != before else None
        before = today
        if isinstance(each, Line):
            yield Entry(day, shown(each, asked, veil, name), None)
        else:
            yield Entry(day, None, event(each, asked))


def thread(house: House, _asked: Asked, id_: str) -> Response:
    """Leads to a case's thread at the desk."""
    with house.store.read() as conn:
        case = cases.by_id(conn, id_)
    link = house.thread_link(case.place, case.thread) if case and case.thread else ""
    if not link.startswith("https://"):
        abort(404)
    return make_response(redirect(link, 302))


PAGES = (
    Page("/conversations/<id_>", view, methods=("GET", "POST")),
    Page("/cases/<id_>/thread", thread),
)
