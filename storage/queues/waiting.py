"""Keeps what the store's systems told of orders and parcels that are not known yet, until they are.

They stand in the inbox by what they wait for (`core.shop.store_events.waits_for`), and cost nobody a look.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, func, literal, literal_column, or_, select, update

from core.people.addresses import shard_of
from core.shop.store_events import ORDER, PARCEL
from storage.engine.prepared import PreparedIn
from storage.queues.inbox import HANDLED, IS_PENDING, IS_WAITING, PENDING, WAITING
from storage.queues.tables import inbox
from storage.shop.tables import orders, shipments

LET_GO = "let go"  # begins the error of what waited in vain
_BY_KEYS = PreparedIn(
    lambda keys: select(inbox.c.id, inbox.c.key, inbox.c.payload).where(IS_WAITING, inbox.c.key.in_(keys))
)
_named: ColumnElement[str] = literal_column(f"substr(inbox.key, {len(ORDER) + 1})")
_numbered: ColumnElement[str] = literal_column(f"substr(inbox.key, {len(PARCEL) + 1})")
# What came to wait while another worker made known what it waits for.
_KNOWN = or_(
    inbox.c.key.like(f"{ORDER}%") & exists().where(orders.c.store_id == _named),
    inbox.c.key.like(f"{PARCEL}%") & exists().where(shipments.c.tracking_form == _numbered),
)


class Waiting(NamedTuple):
    """Holds one item that waits."""

    id: str
    key: str
    payload: str


def put(conn: Connection, ids: Collection[str]) -> None:
    """Lets items that are still pending wait."""
    if ids:
        conn.execute(update(inbox).where(inbox.c.id.in_(list(ids)), IS_PENDING).values(state=WAITING))


def by_keys(conn: Connection, keys: Collection[str]) -> list[Waiting]:
    """Reads what waits for these, oldest first."""
    return sorted(Waiting(*row) for row in _BY_KEYS.rows(conn, sorted(keys)))


def known_by_now(conn: Connection, limit: int = 200) -> list[Waiting]:
    """Reads some of what waits for an order or a number that is known."""
    found = select(inbox.c.id, inbox.c.key, inbox.c.payload).where(IS_WAITING, _KNOWN)
    return [Waiting(*row) for row in conn.execute(found.order_by(inbox.c.id).limit(limit))]


def hand_on(conn: Connection, id_: str, key: str, payload: str, shards: int) -> None:
    """Hands an item, waiting or pending, to the order that it is about, where it is handled in its turn."""
    place = {"key": key, "shard": shard_of(key, shards), "payload": payload, "state": PENDING}
    conn.execute(update(inbox).where(inbox.c.id == id_, or_(IS_WAITING, IS_PENDING)).values(place))


def let_go(conn: Connection, before: datetime, now: datetime) -> int:
    """Lets go what has waited since before then; what it said is not kept. Returns how many."""
    old = update(inbox).where(IS_WAITING, inbox.c.received_at < before)
    words = literal(f"{LET_GO}: no order came for it")
    return conn.execute(old.values(state=HANDLED, handled_at=now, payload="{}", error=words)).rowcount


def count(conn: Connection) -> tuple[int, datetime | None]:
    """Counts what waits; with when the oldest came."""
    row = conn.execute(select(func.count(), func.min(inbox.c.received_at)).where(IS_WAITING)).one()
    return row[0], row[1]


def let_go_since(conn: Connection, since: datetime) -> int:
    """Counts what was let go since then."""
    gone = (inbox.c.state == HANDLED, inbox.c.handled_at >= since, inbox.c.error.like(f"{LET_GO}%"))
    return conn.scalar(select(func.count()).select_from(inbox).where(*gone)) or 0
