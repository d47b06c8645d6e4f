"""Reads one conversation with all it has, a page at a time, for people who look at it.

whole(conn, "0005f1…", hours, Place(start="0005f2…"), now)    # the messages from that one on
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from core.ids import EPOCH
from core.people.known import Known
from insights.conversations import views
from insights.conversations.happenings import CaseStory, Happening, happened, stories
from insights.conversations.lines import Line, lines
from insights.conversations.views import ConversationView, WindowHours
from storage.conversations import history
from storage.conversations.listing import Sought
from storage.people import addresses, families
from storage.shop import orders

PAGE = 100


class Place(NamedTuple):
    """Names the part of a conversation that is looked at: the messages before an id, or from one on; else the last."""

    before: str = ""
    start: str = ""


class Whole(NamedTuple):
    """Holds a page of a conversation. `entries`: lines and happenings, in order; `earlier`, `later`: the ids by which
    to turn the page; `known`: what is to be masked."""

    head: ConversationView
    cases: Sequence[CaseStory]
    entries: Sequence[Line | Happening]
    earlier: str
    later: str
    known: Known


def whole(conn: Connection, id_: str, hours: WindowHours, at: Place, now: datetime) -> Whole | None:
    """Reads a page of a conversation; None where there is none with this id."""
    found = next(iter(views.listed(conn, Sought(ids=[id_], limit=1), hours)[0]), None)
    if found is None:
        return None
    page = history.page(conn, id_, PAGE, at.before, at.start)
    people, held, said = families.members(conn, found.customer.id), stories(conn, id_), page.said
    since = said[0].at if page.has_earlier else EPOCH
    until = said[-1].at if page.has_later and said else now + timedelta(days=1)
    entries: list[Line | Happening] = [*lines(conn, id_, said), *happened(conn, people, held, since, until)]
    return Whole(
        found,
        held,
        sorted(entries, key=_moment),
        said[0].id if page.has_earlier else "",
        f"{said[-1].id}0" if page.has_later and said else "",  # an id that would come right after it
        known_of(conn, people),
    )


def known_of(conn: Connection, people: Collection[str]) -> Known:
    """Gathers what says who a customer is: their names, addresses and the lines of streets, by whoever told them."""
    told = families.known_as(conn, people)
    bought = [order for each in people for order in orders.of_customer(conn, each)]
    reached = [each for person in people for each in addresses.of_customer(conn, person)]
    names = [*(each.name for each in told), *(order.buyer.name for order in bought)]
    streets = [order.shipping for order in bought]
    lines = [line for to in streets for line in (to.line1, to.line2, to.postcode)]
    lines += [*(each.value for each in reached), *(word for each in told for word in (each.email, each.phone) if word)]
    lines += [word for order in bought for word in (order.buyer.email, order.buyer.phone)]
    return Known(_filled(names), _filled(lines), tuple(order.number for order in bought))


def _filled(words: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words if word and word.strip()))


def _moment(each: Line | Happening) -> tuple[datetime, str]:
    return (each.said.at, each.said.id) if isinstance(each, Line) else (each.at, "g")  # after all ids
