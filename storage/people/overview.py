"""Gathers what is known of one customer: orders and their value, history, consents, ratings, tags."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Table, func, select

from core.people.conversations import CaseState
from core.shop.orders import OrderStatus
from core.shop.returns import OVER
from storage.desk.tables import cases, ratings
from storage.notices.tables import notices
from storage.people import accounts, consents, families, privacy
from storage.people.addresses import AddressRow
from storage.people.consents import Entry
from storage.people.customers import Customer, by_id
from storage.people.tables import addresses as addresses_table
from storage.people.tables import conversations, customers, messages
from storage.shop import tags
from storage.shop.tables import orders, returns

WORTHLESS = (OrderStatus.PENDING_PAYMENT, OrderStatus.CANCELLED, OrderStatus.REFUNDED)


class Ordered(NamedTuple):
    """Holds an order's head."""

    number: str
    status: str
    placed_at: datetime
    currency: str
    total: str


class Given(NamedTuple):
    """Holds a rating that was given."""

    kind: str
    score: int
    case: int | None
    at: datetime


class Counts(msgspec.Struct, frozen=True):
    """How much there is of a customer's history; notices by what became of them."""

    orders: int
    returns: int
    open_returns: int
    messages: int
    cases: int
    open_cases: int
    notices: dict[str, int]


class Overview(msgspec.Struct, frozen=True):
    """Holds it all; lists are newest first."""

    customer: Customer
    created_at: datetime
    points: int | None
    birthday: date | None
    addresses: Sequence[AddressRow]
    consents: Sequence[Entry]
    orders: Sequence[Ordered]
    ratings: Sequence[Given]
    tags: Sequence[str]
    counts: Counts
    last_heard_at: datetime | None
    blocked_until: datetime | None = None

    @property
    def value(self) -> dict[str, Decimal]:
        """Adds up, by currency, what was ordered and neither cancelled nor refunded whole nor still unpaid."""
        sums: dict[str, Decimal] = {}
        for each in self.orders:
            if each.status not in WORTHLESS:
                sums[each.currency] = sums.get(each.currency, Decimal(0)) + Decimal(each.total)
        return sums


def find(conn: Connection, word: str) -> Overview | None:
    """Finds a customer by our id, the store's, e-mail, phone or address; None when there is none.

    Whoever turned out to be them counts too. The number of statements does not grow with what there is.
    """
    id_ = privacy.find(conn, word)
    customer = by_id(conn, id_) if id_ else None
    if customer is None:
        return None
    ids = families.members(conn, customer.id)
    row = conn.execute(
        select(customers.c.created_at, customers.c.points, customers.c.blocked_until).where(
            customers.c.id == customer.id
        )
    ).one()
    record = accounts.record(conn, customer.id)
    places = _addresses(conn, ids)
    ordered = _orders(conn, ids)
    heard = select(func.max(conversations.c.last_inbound_at)).where(conversations.c.customer_id.in_(ids))
    return Overview(
        customer,
        row.created_at,
        row.points,
        record.birthday if record else None,
        places,
        _consents(conn, customer, places),
        ordered,
        _ratings(conn, ids),
        tags.about(conn, ids, [each.number for each in ordered]),
        _counts(conn, ids, len(ordered)),
        conn.scalar(heard),
        row.blocked_until,
    )


def _addresses(conn: Connection, ids: Sequence[str]) -> list[AddressRow]:
    own = addresses_table.c.customer_id.in_(ids)
    columns = [addresses_table.c[name] for name in AddressRow.__struct_fields__]
    return [AddressRow(*row) for row in conn.execute(select(*columns).where(own).order_by(addresses_table.c.key))]


def _orders(conn: Connection, ids: Sequence[str]) -> list[Ordered]:
    columns = [orders.c[name] for name in Ordered._fields]
    found = select(*columns).where(orders.c.customer_id.in_(ids))
    return [Ordered(*row) for row in conn.execute(found.order_by(orders.c.placed_at.desc(), orders.c.number.desc()))]


def _consents(conn: Connection, customer: Customer, places: Sequence[AddressRow]) -> list[Entry]:
    """Reads what holds now at their addresses, and at their number on channels that go by it."""
    phones = {each for each in (customer.phone, *(place.phone for place in places)) if each}
    subjects = {(each.channel, each.value) for each in places}
    subjects |= {(channel, phone) for phone in phones for channel in ("sms", "whatsapp")}
    newest = {(each.channel, each.address, each.purpose): each for each in consents.entries(conn, subjects)}
    return sorted(newest.values(), key=lambda each: (each.channel, each.address, each.purpose))


def _ratings(conn: Connection, ids: Sequence[str]) -> list[Given]:
    joined = ratings.outerjoin(cases, cases.c.id == ratings.c.case_id)
    found = select(ratings.c.kind, ratings.c.score, cases.c.number, ratings.c.given_at).select_from(joined)
    given = (ratings.c.customer_id.in_(ids), ratings.c.given_at.is_not(None))
    return [Given(*row) for row in conn.execute(found.where(*given).order_by(ratings.c.given_at.desc()))]


def _counts(conn: Connection, ids: Sequence[str], ordered: int) -> Counts:
    returned, raised, told = (_by_state(conn, table, ids) for table in (returns, cases, notices))
    own = select(conversations.c.id).where(conversations.c.customer_id.in_(ids))
    said = select(func.count()).select_from(messages).where(messages.c.conversation_id.in_(own))
    return Counts(
        orders=ordered,
        returns=sum(returned.values()),
        open_returns=sum(n for state, n in returned.items() if state not in OVER),
        messages=conn.scalar(said) or 0,
        cases=sum(raised.values()),
        open_cases=sum(n for state, n in raised.items() if not CaseState(state).is_over),
        notices=told,
    )


def _by_state(conn: Connection, table: Table, ids: Sequence[str]) -> dict[str, int]:
    counted = select(table.c.state, func.count()).where(table.c.customer_id.in_(ids)).group_by(table.c.state)
    return {row[0]: row[1] for row in conn.execute(counted)}
