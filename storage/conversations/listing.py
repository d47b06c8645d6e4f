"""Lists conversations for people who look for one: by customer, order, state, channel, topic, flow, words and time,
newest first."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, exists, func, select

from core.ids import first_id, moment_of
from core.people.conversations import Owner
from storage.conversations.tables import flow_events
from storage.desk.tables import cases
from storage.insight.tables import measures
from storage.people.tables import addresses, conversations, customers, messages
from storage.search import find
from storage.shop.tables import orders

BOT, AGENT, CLOSED = Owner.BOT.value, Owner.AGENT.value, "closed"
STATES = (BOT, AGENT, CLOSED)
NO_CURSOR = "this is no cursor of a list"
FEW = 5000  # so many are sorted; of more, those spoken in lately are come upon soon


class Sought(msgspec.Struct, frozen=True):
    """Holds what is looked for; None is everything. `words`: all of them are in one message, or note.

    `topic`: a contact, or a case, was about it. `flow`: it ran there. `since`, `until`: something was said between
    them, and the list is in the order of what was said last until then. `after` is the cursor that the page before
    ended with.
    """

    ids: Collection[str] | None = None
    words: str = ""
    state: str | None = None
    channel: str | None = None
    topic: str | None = None
    flow: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50
    after: str | None = None


class Listed(msgspec.Struct, frozen=True):
    """Holds one conversation. `state`: bot, agent, or closed where the customer is not written to any more."""

    id: str
    state: str
    channel: str
    account: str
    value: str
    customer_id: str
    store_id: str | None
    name: str
    phone: str | None
    language: str
    started_at: datetime
    last_at: datetime
    last_inbound_at: datetime | None
    case: int | None
    last_id: str = ""  # of what was said last
    message_id: str | None = None  # in which the words were found


class _Place(NamedTuple):
    """Names a conversation on a page: what it stands there for (a message of it, or it itself), and the cursor."""

    id: str
    message_id: str
    cursor: str


_ADDRESS = addresses.c.key == conversations.c.key
_IN_USE = exists().where(_ADDRESS, addresses.c.home.is_(None)).correlate(conversations)


def _last(until: datetime | None = None) -> ColumnElement[Any]:
    """Asks for the id of what was said last, or last until then; of a conversation that is silent yet, its own."""
    said = select(func.max(messages.c.id)).where(messages.c.conversation_id == conversations.c.id)
    if until is not None:
        return said.where(messages.c.id < first_id(until)).correlate(conversations).scalar_subquery()
    last: ColumnElement[Any] = func.coalesce(said.correlate(conversations).scalar_subquery(), conversations.c.id)
    return last


_LISTED = select(
    conversations.c.id,
    conversations.c.owner,
    _IN_USE.label("in_use"),
    conversations.c.channel,
    conversations.c.account,
    conversations.c.value,
    conversations.c.customer_id,
    customers.c.store_id,
    customers.c.name,
    customers.c.phone,
    func.coalesce(func.nullif(customers.c.language, ""), customers.c.locale).label("language"),
    conversations.c.created_at,
    _last().label("last"),
    conversations.c.last_inbound_at,
    cases.c.number,
).select_from(
    conversations.join(customers, customers.c.id == conversations.c.customer_id).outerjoin(
        cases, cases.c.id == conversations.c.case_id
    )
)


def listed(conn: Connection, sought: Sought) -> tuple[list[Listed], str | None]:
    """Returns a page, and the cursor of the next one; None where this is the last. Raises ValueError for no cursor."""
    where, between = _conditions(conn, sought), list(_between(sought.since, sought.until))
    if sought.words:
        places = _having(conn, sought, [*where, *between])
    elif _are_few(conn, where):
        places = _sorted(conn, sought, [*where, *between])
    else:
        places = _walked(conn, sought, where)
    page = places[: sought.limit]
    rows = {row.id: row for row in conn.execute(_LISTED.where(conversations.c.id.in_([each.id for each in page])))}
    shown = [_row(rows[each.id], each.message_id if sought.words else None) for each in page]
    return shown, page[-1].cursor if len(places) > sought.limit else None


def _having(conn: Connection, sought: Sought, where: Sequence[ColumnElement[bool]]) -> list[_Place]:
    """Finds conversations by words: each once, by the newest message that has them all."""
    before = find.END if sought.after is None else _number(sought.after)
    found = find.conversations_having(conn, sought.words, where, before)
    return [_Place(each.conversation_id, each.message_id, str(each.number)) for each in islice(found, sought.limit + 1)]


def _are_few(conn: Connection, where: Sequence[ColumnElement[bool]]) -> bool:
    some = select(conversations.c.id).where(*where).limit(FEW + 1).subquery()
    return (conn.scalar(select(func.count()).select_from(some)) or 0) <= FEW


def _sorted(conn: Connection, sought: Sought, where: Sequence[ColumnElement[bool]]) -> list[_Place]:
    last = _last(sought.until)
    asked = select(conversations.c.id, last.label("last")).where(*where).order_by(last.desc())
    if sought.after is not None:
        asked = asked.where(_id(sought.after) > last)
    return [_Place(row.id, row.last, row.last) for row in conn.execute(asked.limit(sought.limit + 1))]


def _walked(conn: Connection, sought: Sought, where: Sequence[ColumnElement[bool]]) -> list[_Place]:
    """Goes back through what was said, and takes each conversation where it meets the last word of it."""
    later = messages.alias()
    newer = select(later.c.id).where(later.c.conversation_id == messages.c.conversation_id, later.c.id > messages.c.id)
    here = select(conversations.c.id).where(conversations.c.id == messages.c.conversation_id, *where)
    asked = select(messages.c.conversation_id, messages.c.id)
    if sought.since is not None:
        asked = asked.where(messages.c.id >= first_id(sought.since))
    if sought.until is not None:
        newer = newer.where(later.c.id < first_id(sought.until))
        asked = asked.where(messages.c.id < first_id(sought.until))
    asked = asked.where(~newer.correlate(messages).exists(), here.correlate(messages).exists())
    if sought.after is not None:
        asked = asked.where(messages.c.id < _id(sought.after))
    found: Iterable[Any] = conn.execute(asked.order_by(messages.c.id.desc()).limit(sought.limit + 1))
    return [_Place(row.conversation_id, row.id, row.id) for row in found]


def orders_of(conn: Connection, customer_ids: Collection[str], limit: int = 20) -> dict[str, list[str]]:
    """Lists by customer the numbers of their newest orders."""
    rank = func.row_number().over(partition_by=orders.c.customer_id, order_by=orders.c.placed_at.desc())
    own = select(orders.c.customer_id, orders.c.number, rank.label("rank"))
    ranked = own.where(orders.c.customer_id.in_(list(customer_ids))).subquery()
    found: dict[str, list[str]] = {}
    for row in conn.execute(select(ranked).where(ranked.c.rank <= limit).order_by(ranked.c.rank)):
        found.setdefault(row.customer_id, []).append(row.number)
    return found


def _conditions(conn: Connection, sought: Sought) -> list[ColumnElement[bool]]:
    found = _of_state(sought.state)
    if sought.ids is not None:
        found.append(conversations.c.id.in_(list(sought.ids)))
    if sought.channel is not None:
        found.append(conversations.c.channel == sought.channel)
    if sought.topic is not None:
        found.append(_is_among(conn, measures, measures.c.topic == sought.topic))
    if sought.flow is not None:
        found.append(_is_among(conn, flow_events, flow_events.c.flow == sought.flow))
    return found


def _of_state(state: str | None) -> list[ColumnElement[bool]]:
    if state == CLOSED:
        return [~_IN_USE]
    return [conversations.c.owner == state, _IN_USE] if state is not None else []


def _between(since: datetime | None, until: datetime | None) -> Iterator[ColumnElement[bool]]:
    last = _last(until)
    if since is not None:
        yield first_id(since) <= last
    if until is not None:
        yield last < first_id(until)


def _is_among(conn: Connection, table: Table, named: ColumnElement[bool]) -> ColumnElement[bool]:
    """Says that rows of a table name the conversation: few of them are gone through, of many each is looked up."""
    place = table.c.conversation_id
    some = select(place).where(named).distinct().limit(FEW + 1).subquery()
    if (conn.scalar(select(func.count()).select_from(some)) or 0) <= FEW:
        return conversations.c.id.in_(select(place).where(named).distinct())
    return exists().where(place == conversations.c.id, named).correlate(conversations)


_IS_ID = re.compile(r"[0-9a-f]{24}")
_IS_NUMBER = re.compile(r"[0-9]{1,10}")


def _number(text: str) -> int:
    if not _IS_NUMBER.fullmatch(text) or int(text) > find.END:
        raise ValueError(NO_CURSOR)
    return int(text)


def _id(text: str) -> str:
    if not _IS_ID.fullmatch(text):
        raise ValueError(NO_CURSOR)
    return text


def _row(row: Any, message_id: str | None) -> Listed:
    return Listed(
        id=row.id,
        state=row.owner if row.in_use else CLOSED,
        channel=row.channel,
        account=row.account,
        value=row.value,
        customer_id=row.customer_id,
        store_id=row.store_id,
        name=row.name,
        phone=row.phone,
        language=row.language,
        started_at=row.created_at,
        last_at=moment_of(row.last),
        last_inbound_at=row.last_inbound_at,
        case=row.number,
        last_id=row.last,
        message_id=message_id,
    )
