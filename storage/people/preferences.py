"""Keeps how customers want to hear from the store, with the proof of their wish."""

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from core.encoding import encode
from core.people.preferences import Preference, Wish
from storage.people.tables import customers

_WISH = msgspec.json.Decoder(Wish)
_NOTHING = Preference()


def decode(data: str | None) -> Wish | None:
    """Reads a customer's wish as it is kept in their row (`Customer.prefers`)."""
    return _WISH.decode(data) if data else None


def of_customer(conn: Connection, customer_id: str) -> Preference:
    """Reads what a customer wishes."""
    known = decode(conn.scalar(select(customers.c.prefers).where(customers.c.id == customer_id)))
    return known.prefers if known else _NOTHING


def tell(conn: Connection, customer_id: str, wish: Wish, *, partly: bool = False) -> bool:
    """Keeps a wish, unless a newer one is known, whoever's word that is; tells whether it was taken over.

    `partly`: what it does not name stays as it was; a wish for nothing ends all.
    """
    known = decode(conn.scalar(select(customers.c.prefers).where(customers.c.id == customer_id).with_for_update()))
    if known and partly and wish.prefers != _NOTHING:
        was, now_is = known.prefers, wish.prefers
        both = Preference(now_is.channel or was.channel, now_is.not_between or was.not_between)
        wish = replace(wish, prefers=both)
    if known and (wish.at < known.at or wish.prefers == known.prefers):
        return False
    conn.execute(update(customers).where(customers.c.id == customer_id).values(prefers=encode(wish)))
    return True
