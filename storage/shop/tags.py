"""Keeps tags: words of the store on orders, parcels, returns and customers, each once. A case has its own (cases.tags).

`customer_id` says whose each is: to find the tags of a customer, look by subject "customer" and this column, which
follows a merge; `subject_id` stays as it was.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, and_, or_, select

from core.ids import new_id
from storage.engine.store import Store
from storage.shop.tables import tags

CUSTOMER = "customer"


class Tag(NamedTuple):
    """Holds a tag to be put: on what (`order`, `parcel`, `return`, `customer`, and its id), whose, of which order."""

    subject: str
    subject_id: str
    tag: str
    customer_id: str
    order_number: str = ""


def add(conn: Connection, store: Store, wanted: Sequence[Tag], now: datetime) -> None:
    """Puts tags; one that is there already stays as it is."""
    if wanted:
        conn.execute(store.insert(tags), [{"id": new_id(now), **each._asdict(), "at": now} for each in wanted])


def of_customers(conn: Connection, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Reads the tags on these customers themselves, by id, in the order in which they came."""
    theirs = and_(tags.c.subject == CUSTOMER, tags.c.customer_id.in_(list(ids)))
    return _gathered(conn, tags.c.customer_id, theirs)


def of_orders(conn: Connection, numbers: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Reads the tags on these orders, their parcels and returns, by the order's number."""
    within = and_(tags.c.subject != CUSTOMER, tags.c.order_number.in_(list(numbers)))
    return _gathered(conn, tags.c.order_number, within)


def about(conn: Connection, customer_ids: Collection[str], numbers: Collection[str]) -> tuple[str, ...]:
    """Reads the tags on these customers and on these orders with all that is in them, each once."""
    on_people = and_(tags.c.subject == CUSTOMER, tags.c.customer_id.in_(list(customer_ids)))
    on_orders = and_(tags.c.subject != CUSTOMER, tags.c.order_number.in_(list(numbers)))
    found = conn.scalars(select(tags.c.tag).where(or_(on_people, on_orders)).order_by(tags.c.id))
    return tuple(dict.fromkeys(found))


def _gathered(conn: Connection, column: Column[Any], which: ColumnElement[bool]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for value, tag in conn.execute(select(column, tags.c.tag).where(which).order_by(tags.c.id)):
        found.setdefault(value, []).append(tag)
    return {value: tuple(dict.fromkeys(listed)) for value, listed in found.items()}
