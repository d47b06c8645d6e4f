"""Keeps how customers want to hear from the store, with the proof of their wish."""

import msgspec
from sqlalchemy import Connection, select, update

from core.encoding import encode
from core.people.preferences import Wish
from storage.people.tables import customers

_WISH = msgspec.json.Decoder(Wish)


def decode(data: str | None) -> Wish | None:
    """Reads a customer's wish as it is kept in their row (`Customer.prefers`)."""
    return _WISH.decode(data) if data else None


def tell(conn: Connection, customer_id: str, wish: Wish) -> bool:
    """Keeps a wish, unless a newer one is known, whoever's word that is; tells whether it was taken over."""
    was = conn.scalar(select(customers.c.prefers).where(customers.c.id == customer_id).with_for_update())
    if not _is_news(decode(was), wish):
        return False
    conn.execute(update(customers).where(customers.c.id == customer_id).values(prefers=encode(wish)))
    return True


def _is_news(known: Wish | None, wish: Wish) -> bool:
    return known is None or (wish.at >= known.at and wish.prefers != known.prefers)
