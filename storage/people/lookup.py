"""Finds the conversations that somebody means by what they have in hand: a phone, an order, a case, a customer."""

import re
from datetime import datetime

import msgspec
from sqlalchemy import Connection, or_, select

from core.people.addresses import e164, spellings
from storage.desk.tables import cases
from storage.people import families, privacy
from storage.people.tables import addresses, conversations, customers
from storage.shop import orders
from storage.shop.tables import orders as bought

_WRITTEN_BEFORE = re.compile(r"^(whatsapp|sms|tel):", re.IGNORECASE)
_FEW = 7  # digits: fewer end too many numbers
CUSTOMERS = 20  # more are not meant by one number


class Meant(msgspec.Struct, frozen=True):
    """Holds what somebody means. `since` is when it began, where it has a beginning."""

    conversation_ids: tuple[str, ...]
    customer_ids: tuple[str, ...]
    order_number: str | None = None
    case_id: str | None = None
    since: datetime | None = None


def by_phone(conn: Connection, written: str) -> Meant | None:
    """Finds whoever has this number, however it is written: spaces, 00 for +, without country code."""
    number = _WRITTEN_BEFORE.sub("", written.strip())
    whole = e164(number) or e164("+" + re.sub(r"\D", "", number))
    found = _owners(conn, spellings(whole)) if whole else []
    return _customers(conn, found or _ending(conn, re.sub(r"\D", "", number).lstrip("0")))


def by_order(conn: Connection, number: str) -> Meant | None:
    """Finds the customer of an order, and the cases about it."""
    order = orders.meant(conn, number)
    if order is None:
        return None
    buyer = conn.scalar(select(bought.c.customer_id).where(bought.c.number == order.number))
    meant = _customers(conn, [buyer] if buyer else [])
    about = conn.scalars(select(cases.c.conversation_id).where(cases.c.order_number == order.number))
    own = meant.conversation_ids if meant else ()
    customer_ids = meant.customer_ids if meant else ()
    return Meant(tuple(dict.fromkeys([*own, *about])), customer_ids, order.number, since=order.placed_at)


def by_case(conn: Connection, word: str) -> Meant | None:
    """Finds the conversation of a case, by its number or our id."""
    bare = word.strip().removeprefix("#")
    is_number = bare.isascii() and bare.isdigit() and len(bare) < 10
    named = cases.c.number == int(bare) if is_number else cases.c.id == bare
    case = conn.execute(select(cases).where(named)).first()
    return Meant((case.conversation_id,), (), case_id=case.id, since=case.opened_at) if case else None


def by_conversation(conn: Connection, word: str) -> Meant | None:
    """Finds a conversation by our id or by its address (channel:account:value)."""
    named = or_(conversations.c.id == word, conversations.c.key == word)
    found = conn.execute(select(conversations.c.id).where(named)).first()
    return Meant((found.id,), ()) if found else None


def by_customer(conn: Connection, word: str) -> Meant | None:
    """Finds a customer by id, e-mail, address or phone."""
    found = privacy.find(conn, word)
    return _customers(conn, [found]) if found else by_phone(conn, word)


def both(conn: Connection, customer: str, order: str) -> set[str] | None:
    """Finds the conversations of a customer and of an order, as far as they are given; None where neither is."""
    found = [set(_places(find(conn, word))) for find, word in ((by_customer, customer), (by_order, order)) if word]
    return set.intersection(*found) if found else None


def _places(meant: Meant | None) -> tuple[str, ...]:
    return meant.conversation_ids if meant else ()


def by_any(conn: Connection, word: str) -> Meant | None:
    """Finds what a word means that nobody has named the kind of."""
    for find in (by_conversation, by_order, by_customer, by_case):
        meant = find(conn, word)
        if meant is not None:
            return meant
    return None


def _owners(conn: Connection, numbers: tuple[str, ...]) -> list[str]:
    reached = or_(addresses.c.phone.in_(numbers), addresses.c.value.in_(numbers))
    found = [*conn.scalars(select(customers.c.id).where(customers.c.phone.in_(numbers)))]
    return [*found, *conn.scalars(select(addresses.c.customer_id).where(reached))]


def _ending(conn: Connection, digits: str) -> list[str]:
    if len(digits) < _FEW:
        return []
    known = select(customers.c.id).where(customers.c.phone.endswith(digits, autoescape=True)).limit(CUSTOMERS)
    reached = select(addresses.c.customer_id).where(addresses.c.phone.endswith(digits, autoescape=True))
    return [*conn.scalars(known), *conn.scalars(reached.limit(CUSTOMERS))]


def _customers(conn: Connection, ids: list[str]) -> Meant | None:
    if not ids:
        return None
    kept = set(families.survivors(conn, set(ids)).values())
    own = sorted({member for each in kept for member in families.members(conn, each)})
    listed = select(conversations.c.id).where(conversations.c.customer_id.in_(own)).order_by(conversations.c.id)
    return Meant(tuple(conn.scalars(listed)), tuple(own))
