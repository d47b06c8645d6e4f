"""Finds the customer that an order, or the store's news of an account, is about."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.people.addresses import e164
from core.shop.orders import Buyer
from hub.customers.joining import join
from storage.people import customers, numbers
from storage.people.customers import Customer
from storage.shop import orders

NUMBER = "phone"  # the reason of a merge


def learn(
    conn: Connection, buyer: Buyer, country: str, now: datetime, known_id: str | None = None
) -> tuple[str, Buyer]:
    """Finds or makes the buyer's customer; returns its id, and the buyer with their number in E.164.

    The store's own id decides; then the number, then the e-mail. But what is typed at a checkout proves nothing: it
    leads to no customer of whom something else is known, for example another e-mail with the same number. A stranger
    who wrote from that number before is the same person, as the channel vouched for the number. A number that they
    gave up is read as the one they have today. `known_id`: whose the order was so far.
    """
    told = e164(buyer.phone, country or None) if buyer.phone else None
    earlier = customers.by_id(conn, known_id, lock=True) if known_id else None
    known = _find(conn, buyer, told, earlier)
    if known is None and earlier and not buyer.id:  # the order stays theirs, and changes nothing known
        return earlier.id, msgspec.structs.replace(buyer, phone=told or buyer.phone)
    phone = numbers.today(conn, known.id, told) if known and told else told
    buyer = msgspec.structs.replace(buyer, phone=(phone or "") if told else buyer.phone)
    id_ = _keep(conn, known, buyer, phone, now)
    for stranger in customers.strangers(conn, phone, besides=id_) if phone else []:
        id_ = join(conn, id_, stranger, NUMBER, now) or id_
    return id_, buyer


def known(conn: Connection, buyer: Buyer) -> str | None:
    """Finds the customer whom `learn` would take the buyer for; None when it would make a new one."""
    found = _find(conn, buyer, e164(buyer.phone) if buyer.phone else None, None)
    return found.id if found else None


def _keep(conn: Connection, known: Customer | None, buyer: Buyer, phone: str | None, now: datetime) -> str:
    """Writes what the store says of them. An empty field clears nothing; a guest's order changes nothing known."""
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
        return customers.add(conn, now, **facts)
    if not buyer.id:
        facts = {column: value for column, value in facts.items() if not getattr(known, column)}
    customers.change(conn, known.id, {column: v for column, v in facts.items() if v != getattr(known, column)})
    return known.id


def _email(buyer: Buyer) -> str:
    return buyer.email.strip().lower()


def _find(conn: Connection, buyer: Buyer, phone: str | None, earlier: Customer | None) -> Customer | None:
    if buyer.id and earlier and earlier.store_id == buyer.id:
        return earlier
    if buyer.id and (account := customers.known_by(conn, "store_id", buyer.id)):
        return customers.by_id(conn, account[0].id)
    gave_up = earlier and phone and numbers.today(conn, earlier.id, phone) != phone
    if earlier and gave_up and not (buyer.id and earlier.store_id):
        return earlier  # another person has that number now
    for column, value in (("phone", phone), ("email", _email(buyer))):
        found = _first(conn, column, value, buyer, phone) if value else None
        if found:
            return found
    return earlier if earlier and _may_be(conn, earlier, earlier, buyer, phone) else None


def _first(conn: Connection, column: str, value: str, buyer: Buyer, phone: str | None) -> Customer | None:
    """Finds the oldest customer known by this value who may be the buyer."""
    for known in customers.known_by(conn, column, value):
        now_is = customers.by_id(conn, known.id)
        if now_is and _may_be(conn, known, now_is, buyer, phone):
            return now_is
    return None


def _may_be(conn: Connection, known: Customer, now_is: Customer, buyer: Buyer, phone: str | None) -> bool:
    """Tells whether nothing that is `known` of a customer says that the buyer is somebody else.

    A number that they are not known by counts neither way. An account takes over only orders of its own e-mail.
    """
    email = _email(buyer)
    if buyer.id and now_is.store_id:
        return buyer.id == now_is.store_id
    if phone and numbers.today(conn, now_is.id, phone) != known.phone:
        return False
    if email and known.email and email != known.email:
        return False
    ordered = {_email(each) for each in orders.buyers_of(conn, now_is.id)} if buyer.id else set()
    return not ordered or (email != "" and ordered == {email})
