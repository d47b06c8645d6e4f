"""Tells the way of a message, notice or skip, from webhook to receipt; or lists what there is to follow."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import Response
from sqlalchemy import Connection

from insights.dashboard.asked import Asked
from insights.dashboard.house import House, Steps
from insights.dashboard.page import Page
from insights.dashboard.talk import files
from insights.dashboard.talk.steps import way
from storage.conversations import spoken
from storage.people import lookup
from storage.people.lookup import Meant

LIMIT = 200
FIND: Mapping[str, Callable[[Connection, str], Meant | None]] = {
    "any": lookup.by_any,
    "order": lookup.by_order,
    "phone": lookup.by_phone,
    "case": lookup.by_case,
}
BY = ("any", "message", "order", "phone", "case")


class Found(NamedTuple):
    """Holds what was found. `heard`: the customer's message that it is about."""

    steps: Steps
    heard: spoken.Heard | None


def view(house: House, asked: Asked, id_: str = "") -> Response | str:
    """Shows the way of what the address or the field names, or gives its steps as a file."""
    word, by = id_.strip()[:300] or asked.word("q", 300), asked.choice("by", BY, "any")
    found = _found(house, by, word) if word else None
    steps = way(found.steps, asked) if found else None
    if asked.wants_csv:
        return asked.csv("trace", files.WAY, files.way(steps, asked) if steps else ())
    understood = _understood(house, found.heard) if found and found.heard and asked.word("read") else None
    return asked.render(
        "trace.html",
        word=word,
        by=by,
        ways=BY,
        way=steps,
        heard=found.heard if found else None,
        can_read=house.understand is not None,
        understood=understood,
    )


def _found(house: House, by: str, word: str) -> Found | None:
    with house.store.read() as conn:
        steps = house.trace(conn, word) if by in ("any", "message") else ()
        if steps:
            return Found(steps, spoken.heard(conn, word))
        meant = FIND[by](conn, word) if by in FIND else None
        return Found(house.story(conn, meant, LIMIT), None) if meant else None


def _understood(house: House, heard: spoken.Heard) -> Mapping[str, Any] | None:
    return house.understand(heard.text) if house.understand and heard.text else None


PAGES = (
    Page("/trace", view, nav="trace"),
    Page("/trace/<path:id_>", view),
)
