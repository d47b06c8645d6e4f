"""Reads one conversation with all it has, a page at a time, for people who look at it.

whole(conn, "0005f1…", hours, Place(start="0005f2…"), now)    # the messages from that one on
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from core.ids import EPOCH, moment_of
from insights.conversations import views
from insights.conversations.happenings import CaseStory, Happening, happened, stories
from insights.conversations.lines import Line, lines
from insights.conversations.veil import Veil, veils
from insights.conversations.views import ConversationView, WindowHours
from storage.conversations import history
from storage.conversations.listing import Sought
from storage.people import families

PAGE = 100


class Place(NamedTuple):
    """Names the part of a conversation that is looked at: the messages before an id, or from one on; else the last."""

    before: str = ""
    start: str = ""


class Whole(NamedTuple):
    """Holds a page of a conversation. `entries`: lines and happenings, in order; `earlier`, `later`: the ids by which
    to turn the page; `veil`: what hides who they are."""

    head: ConversationView
    cases: Sequence[CaseStory]
    entries: Sequence[Line | Happening]
    earlier: str
    later: str
    veil: Veil


def whole(conn: Connection, id_: str, hours: WindowHours, at: Place, now: datetime) -> Whole | None:
    """Reads a page of a conversation; None where there is none with this id."""
    found = next(iter(views.listed(conn, Sought(ids=[id_], limit=1), hours)[0]), None)
    if found is None:
        return None
    page = _page(conn, id_, at)
    people, held, said = families.members(conn, found.customer.our_id), stories(conn, id_), page.said
    since = moment_of(said[0].id) if page.has_earlier else EPOCH
    until = moment_of(page.following) if page.following else now + timedelta(days=1)
    entries: list[Line | Happening] = [*lines(conn, id_, said), *happened(conn, people, held, since, until)]
    return Whole(
        found,
        held,
        sorted(entries, key=moment),
        said[0].id if page.has_earlier else "",
        page.following,
        veils(conn, [found.customer.our_id])[found.customer.our_id],
    )


def _page(conn: Connection, id_: str, at: Place) -> history.Page:
    """Reads that part; the last where nothing was said in it, which then has nothing beside it."""
    page = history.page(conn, id_, PAGE, at.before, at.start)
    return page if page.said else history.page(conn, id_, PAGE)


def moment(each: Line | Happening) -> tuple[datetime, str]:
    """Returns by what they are put in order."""
    return (each.said.at, each.said.id) if isinstance(each, Line) else (each.at, "g")  # after all ids
