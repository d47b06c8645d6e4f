"""Customers as the store knows them, joined with who wrote to us."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, exists, or_, select, update

from core.addresses import e164
from core.ids import new_id
from core.orders import Buyer
from storage.people import merges, numbers
from storage.people.tables import addresses, customers
from storage.shop.tables import orders


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
_BUYER = msgspec.json.Decoder(Buyer)


def by_id(conn: Connection, id_: str) -> Customer | None:
    """The customer, or the one she turned out to be."""
    row = conn.execute(_LOAD.add_columns(customers.c.merged_into).where(customers.c.id == id_)).first()
    if row is None:
        return None
    return by_id(conn, row.merged_into) if row.merged_into else Customer(*row[:-1])


def by_ids(conn: Connection, ids: Collection[str]) -> dict[str, Customer]:
    """asked id -> the customer, or the one they turned out to be; without ids that nobody has."""
    rows = {row.id: row for row in conn.execute(_BY_IDS, {"ids": list(ids)})} if ids else {}
    merged = {row.merged_into for row in rows.values()} - {None, *rows}
    rows |= {row.id: row for row in conn.execute(_BY_IDS, {"ids": list(merged)})} if merged else {}
    return {id_: Customer(*rows[rows[id_].merged_into or id_][:-1]) for id_ in ids if id_ in rows}


_BY_IDS = _LOAD.add_columns(customers.c.merged_into).where(customers.c.id.in_(bindparam("ids", expanding=True)))


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

    The store's own id decides; then her number, then her e-mail, but what is typed at a checkout proves nothing: it
    leads to nobody of whom something else is known. Somebody who wrote from that number before the store spoke of her
    is the same person: the channel vouched for the number. A number that she gave up is today's. `known_id`: whose
    the order was so far.
    """
    told = e164(buyer.phone, country or None) if buyer.phone else None
    earlier = by_id(conn, known_id) if known_id else None
    known = _find(conn, buyer, told, earlier)
    if known is None and earlier and not buyer.id:  # the order stays whose it was, and nothing in it is known of her
        return earlier.id, msgspec.structs.replace(buyer, phone=told or buyer.phone)
    phone = numbers.today(conn, known.id, told) if known and told else told
    buyer = msgspec.structs.replace(buyer, phone=(phone or "") if told else buyer.phone)
    id_ = _keep(conn, known, buyer, phone, now)
    for stranger in _strangers(conn, id_, phone) if phone else []:
        id_ = merges.join(conn, id_, stranger, "phone", now) or id_
    return id_, buyer


def _keep(conn: Connection, known: Customer | None, buyer: Buyer, phone: str | None, now: datetime) -> str:
    """Writes what the store says of her; silence takes nothing away, and a guest's order changes nothing known."""
    told = {
        "store_id": None if known and known.store_id else buyer.id,
        "name": buyer.name,
        "email": _email(buyer),
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
    if not buyer.id:
        facts = {column: value for column, value in facts.items() if not getattr(known, column)}
    if facts:
        conn.execute(update(customers).where(customers.c.id == known.id).values(**facts))
    return known.id


def _email(buyer: Buyer) -> str:
    return buyer.email.strip().lower()


def _find(conn: Connection, buyer: Buyer, phone: str | None, earlier: Customer | None) -> Customer | None:
    if buyer.id and (found := _first(conn, customers.c.store_id == buyer.id)):
        return found
    gave_up = earlier and phone and numbers.today(conn, earlier.id, phone) != phone
    if earlier and gave_up and not (buyer.id and earlier.store_id):
        return earlier  # whoever has that number now is somebody else
    email = _email(buyer)
    for condition in (customers.c.phone == phone if phone else None, customers.c.email == email if email else None):
        found = _first(conn, condition, buyer, phone) if condition is not None else None
        if found:
            return found
    return earlier if earlier and _may_be(conn, earlier, earlier, buyer, phone) else None


def _first(
    conn: Connection, condition: ColumnElement[bool], buyer: Buyer | None = None, phone: str | None = None
) -> Customer | None:
    """The oldest such customer; with `buyer` one who may be the buyer. Locked until the end."""
    rows = conn.execute(_LOAD.where(condition).order_by(customers.c.id).limit(MOST).with_for_update())
    for row in rows.all():
        found = by_id(conn, row.id)
        if found and (buyer is None or _may_be(conn, Customer(*row), found, buyer, phone)):
            return found
    return None


def _may_be(conn: Connection, known: Customer, now_is: Customer, buyer: Buyer, phone: str | None) -> bool:
    """Whether nothing that is `known` of her says that the buyer is somebody else.

    A number that she is not known by is no fact of hers. An account takes over only orders of its own e-mail.
    """
    email = _email(buyer)
    if buyer.id and now_is.store_id:
        return buyer.id == now_is.store_id
    if phone and numbers.today(conn, now_is.id, phone) != known.phone:
        return False
    if email and known.email and email != known.email:
        return False
    ordered = _ordered_by(conn, now_is.id) if buyer.id else set()
    return not ordered or (email != "" and ordered == {email})


def _ordered_by(conn: Connection, id_: str) -> set[str]:
    """The e-mails that her orders were placed with, "" for none."""
    told = conn.scalars(select(orders.c.buyer).where(orders.c.customer_id == id_))
    return {_email(_BUYER.decode(buyer)) for buyer in told}


def _strangers(conn: Connection, id_: str, phone: str) -> list[str]:
    """Others with this number of whom the store has not spoken."""
    reached = select(addresses.c.customer_id).where(addresses.c.phone == phone)
    hers = or_(customers.c.phone == phone, customers.c.id.in_(reached))
    found = select(customers.c.id).where(
        hers,
        customers.c.store_id.is_(None),
        customers.c.email.is_(None),
        customers.c.merged_into.is_(None),
        customers.c.id != id_,
        ~exists().where(orders.c.customer_id == customers.c.id),
    )
    return list(conn.scalars(found.order_by(customers.c.id)))
