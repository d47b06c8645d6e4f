"""Customers as the store knows them, joined with who wrote to us."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from core.addresses import e164
from core.ids import new_id
from core.orders import Buyer
from storage.tables import addresses, conversations, customers, messages


class Customer(msgspec.Struct, frozen=True):
    """One person."""

    id: str
    store_id: str | None
    name: str
    email: str | None
    phone: str | None
    locale: str
    timezone: str
    tier: str


_LOAD = select(
    customers.c.id,
    customers.c.store_id,
    customers.c.name,
    customers.c.email,
    customers.c.phone,
    customers.c.locale,
    customers.c.timezone,
    customers.c.tier,
)


def by_id(conn: Connection, id_: str) -> Customer | None:
    """The customer."""
    row = conn.execute(_LOAD.where(customers.c.id == id_)).first()
    return Customer(*row) if row else None


def learn(
    conn: Connection, buyer: Buyer, country: str, now: datetime, known_id: str | None = None
) -> tuple[str, Buyer]:
    """The id of the customer this buyer is, made if new, and the buyer with her number in E.164.

    The store's own id decides; then her number, then her e-mail. Somebody who wrote from that number before the store
    spoke of her is the same person: the channel vouched for the number.
    """
    phone = e164(buyer.phone, country or None) if buyer.phone else None
    buyer = msgspec.structs.replace(buyer, phone=phone or buyer.phone)
    known = _find(conn, buyer, phone) or (by_id(conn, known_id) if known_id else None)
    told = {
        "store_id": buyer.id,
        "name": buyer.name,
        "email": buyer.email.strip().lower(),
        "phone": phone,
        "locale": buyer.locale,
        "timezone": buyer.timezone,
        "tier": buyer.tier,
    }
    facts = {column: value for column, value in told.items() if value}
    if known is None:
        id_ = new_id(now)
        conn.execute(customers.insert(), {"id": id_, "created_at": now, **facts})
    else:
        id_ = known.id
        if facts:
            conn.execute(update(customers).where(customers.c.id == id_).values(**facts))
    if phone:
        _join_strangers(conn, id_, phone)
    return id_, buyer


def _find(conn: Connection, buyer: Buyer, phone: str | None) -> Customer | None:
    tries = []
    if buyer.id:
        tries.append(customers.c.store_id == buyer.id)
    unclaimed = customers.c.store_id.is_(None) if buyer.id else customers.c.id.is_not(None)
    if phone:
        tries.append((customers.c.phone == phone) & unclaimed)
    if buyer.email:
        tries.append((customers.c.email == buyer.email.strip().lower()) & unclaimed)
    for condition in tries:
        row = conn.execute(_LOAD.where(condition).order_by(customers.c.id).limit(1)).first()
        if row:
            return Customer(*row)
    return None


def _join_strangers(conn: Connection, id_: str, phone: str) -> None:
    strangers = select(customers.c.id).where(
        customers.c.phone == phone, customers.c.store_id.is_(None), customers.c.id != id_
    )
    for table in (conversations, addresses, messages):
        conn.execute(update(table).where(table.c.customer_id.in_(strangers)).values(customer_id=id_))
