"""Customers as the store knows them, joined with who wrote to us."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, or_, select, update

from core.addresses import e164
from core.ids import new_id
from core.orders import Buyer
from storage import merges, numbers
from storage.tables import addresses, customers


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
MOST = 10  # namesakes looked at


def by_id(conn: Connection, id_: str) -> Customer | None:
    """The customer, or the one she turned out to be."""
    row = conn.execute(_LOAD.add_columns(customers.c.merged_into).where(customers.c.id == id_)).first()
    if row is None:
        return None
    return by_id(conn, row.merged_into) if row.merged_into else Customer(*row[:-1])


def of_phones(conn: Connection, phones: Collection[str]) -> dict[str, str]:
    """phone -> id of the customer whose number it is (canonical forms): by the store's word, else by a channel's.

    Nobody merges them before the transaction ends.
    """
    if not phones:
        return {}
    told = select(customers.c.phone, customers.c.id.label("id")).where(customers.c.phone.in_(phones))
    proved = select(addresses.c.phone, addresses.c.customer_id.label("id")).where(addresses.c.phone.in_(phones))
    owners: dict[str, str] = {}
    for query in (told, proved):
        for row in conn.execute(query.order_by("id")):
            owners.setdefault(row.phone, row.id)
    now_is = merges.survivors(conn, owners.values(), lock=True)
    return {phone: now_is[id_] for phone, id_ in owners.items()}


def learn(
    conn: Connection, buyer: Buyer, country: str, now: datetime, known_id: str | None = None
) -> tuple[str, Buyer]:
    """The id of the customer this buyer is, made if new, and the buyer with her number in its canonical form.

    The store's own id decides; then her number, then her e-mail. Somebody who wrote from that number before the store
    spoke of her is the same person: the channel vouched for the number. A number that she gave up is today's.
    """
    told = e164(buyer.phone, country or None) if buyer.phone else None
    earlier = by_id(conn, known_id) if known_id else None
    known = _find(conn, buyer, told, earlier) or earlier
    phone = numbers.today(conn, known.id, told) if known and told else told
    buyer = msgspec.structs.replace(buyer, phone=(phone or "") if told else buyer.phone)
    id_ = _keep(conn, known, buyer, phone, now)
    for stranger in _strangers(conn, id_, phone) if phone else []:
        id_ = merges.join(conn, id_, stranger, "phone", now) or id_
    return id_, buyer


def _keep(conn: Connection, known: Customer | None, buyer: Buyer, phone: str | None, now: datetime) -> str:
    """Writes what the store says of her; silence takes nothing away."""
    told = {
        "store_id": None if known and known.store_id else buyer.id,
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
        return id_
    if facts:
        conn.execute(update(customers).where(customers.c.id == known.id).values(**facts))
    return known.id


def _find(conn: Connection, buyer: Buyer, phone: str | None, earlier: Customer | None) -> Customer | None:
    if buyer.id and (found := _first(conn, customers.c.store_id == buyer.id)):
        return found
    if earlier and phone and numbers.today(conn, earlier.id, phone) != phone:
        return earlier  # whoever has that number now is somebody else
    email = buyer.email.strip().lower()
    for condition in (customers.c.phone == phone if phone else None, customers.c.email == email if email else None):
        found = _first(conn, condition, buyer.id) if condition is not None else None
        if found:
            return found
    return None


def _first(conn: Connection, condition: ColumnElement[bool], store_id: str = "") -> Customer | None:
    """The oldest such customer; with `store_id` not one who has another account there. Locked until the end."""
    rows = conn.execute(_LOAD.where(condition).order_by(customers.c.id).limit(MOST).with_for_update())
    for row in rows.all():
        found = by_id(conn, row.id)
        if found and not (store_id and found.store_id and found.store_id != store_id):
            return found
    return None


def _strangers(conn: Connection, id_: str, phone: str) -> list[str]:
    """Others with this number of whom the store has not spoken."""
    reached = select(addresses.c.customer_id).where(addresses.c.phone == phone)
    hers = or_(customers.c.phone == phone, customers.c.id.in_(reached))
    found = select(customers.c.id).where(
        hers, customers.c.store_id.is_(None), customers.c.merged_into.is_(None), customers.c.id != id_
    )
    return list(conn.scalars(found.order_by(customers.c.id)))
