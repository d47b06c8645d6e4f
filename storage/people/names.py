"""Keeps whose name is still to be asked for at their provider, and writes the names that it gives."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from storage.people.tables import addresses, conversations, customers


class Nameless(msgspec.Struct, frozen=True):
    """An address whose customer's name is to be asked for; `name` is what is known by now."""

    key: str
    channel: str
    account: str
    value: str
    customer_id: str
    since: datetime
    due: datetime
    name: str


_DUE = (
    select(
        addresses.c.key,
        addresses.c.channel,
        addresses.c.account,
        addresses.c.value,
        addresses.c.customer_id,
        addresses.c.created_at,
        addresses.c.ask_name_at,
        customers.c.name,
    )
    .join_from(addresses, customers, customers.c.id == addresses.c.customer_id)
    .where(addresses.c.ask_name_at <= bindparam("now", type_=addresses.c.ask_name_at.type))
    .order_by(addresses.c.ask_name_at.desc())
)


def take(conn: Connection, now: datetime, until: datetime, limit: int) -> list[Nameless]:
    """Takes those that are due, the newest first, so that nobody else asks for them until then."""
    found = [Nameless(*row) for row in conn.execute(_DUE.limit(limit), {"now": now})]
    return [each for each in found if _move(conn, each.key, each.due, until)]


def settle(conn: Connection, keys: Sequence[str], then: datetime | None) -> None:
    """Sets when their names are asked for again; None: never."""
    conn.execute(update(addresses).where(addresses.c.key.in_(list(keys))).values(ask_name_at=then))


def give(conn: Connection, customer_id: str, name: str) -> bool:
    """Names a customer, unless somebody has named them already: what the store says stays."""
    nameless = update(customers).where(customers.c.id == customer_id, customers.c.name == "")
    return conn.execute(nameless.values(name=name)).rowcount == 1


def cases_of(conn: Connection, customer_id: str) -> list[str]:
    """Lists the cases that are shown with the customer's name now."""
    open_ = select(conversations.c.case_id).where(
        conversations.c.customer_id == customer_id, conversations.c.case_id.is_not(None)
    )
    return [id_ for id_ in conn.scalars(open_) if id_]


def _move(conn: Connection, key: str, was: datetime, then: datetime) -> bool:
    mine = update(addresses).where(addresses.c.key == key, addresses.c.ask_name_at == was)
    return conn.execute(mine.values(ask_name_at=then)).rowcount == 1
