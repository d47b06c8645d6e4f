"""Keeps customers, and who is known by which fact."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from core.ids import new_id
from storage.engine.schema import Moment
from storage.people import families
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
    language: str = ""
    prefers: str | None = None  # a `core.people.preferences.Wish`, as JSON

    @property
    def spoken(self) -> str:
        """Returns the language in which they are spoken to; "" where nothing is known of it."""
        return self.language or self.locale


_LOAD: Select[Any] = select(
    customers.c.id,
    customers.c.store_id,
    customers.c.name,
    customers.c.email,
    customers.c.phone,
    customers.c.locale,
    customers.c.timezone,
    customers.c.tier,
    customers.c.language,
    customers.c.prefers,
)
MOST = 10  # namesakes looked at


def by_id(conn: Connection, id_: str, *, lock: bool = False) -> Customer | None:
    """Reads the customer, or the one they turned out to be; with `lock` nobody changes them before the end."""
    row = conn.execute(_BY_ID_LOCKED if lock else _BY_ID, {"id_": id_}).first()
    if row is None:
        return None
    return by_id(conn, row.merged_into, lock=lock) if row.merged_into else Customer(*row[:-1])


_BY_ID = _LOAD.add_columns(customers.c.merged_into).where(customers.c.id == bindparam("id_"))
_BY_ID_LOCKED = _BY_ID.with_for_update()


def by_ids(conn: Connection, ids: Collection[str]) -> dict[str, Customer]:
    """Reads customers by the id asked for, or the one they turned out to be; without ids that nobody has."""
    rows = {row.id: row for row in conn.execute(_BY_IDS, {"ids": list(ids)})} if ids else {}
    merged = {row.merged_into for row in rows.values()} - {None, *rows}
    rows |= {row.id: row for row in conn.execute(_BY_IDS, {"ids": list(merged)})} if merged else {}
    return {id_: Customer(*rows[rows[id_].merged_into or id_][:-1]) for id_ in ids if id_ in rows}


_BY_IDS = _LOAD.add_columns(customers.c.merged_into).where(customers.c.id.in_(bindparam("ids", expanding=True)))


def after(conn: Connection, id_: str, limit: int) -> list[Customer]:
    """Reads the customers whose ids follow this one, in their order; nobody who turned out to be another."""
    found = _LOAD.where(customers.c.id > id_, customers.c.merged_into.is_(None)).order_by(customers.c.id).limit(limit)
    return [Customer(*row) for row in conn.execute(found)]


def count(conn: Connection) -> int:
    """Counts the customers that `after` lists."""
    return conn.scalar(select(func.count()).select_from(customers).where(customers.c.merged_into.is_(None))) or 0


def of_phones(conn: Connection, phones: Collection[str]) -> dict[str, str]:
    """Finds the customer whose number it is: phone (canonical) -> id, by the store's word, else by a channel's.

    Nobody merges them before the transaction ends.
    """
    if not phones:
        return {}
    owners: dict[str, str] = {}
    for row in conn.execute(_OWNERS, {"phones": list(phones)}):
        owners.setdefault(row.phone, row.id)
    now_is = families.survivors(conn, owners.values(), lock=True) if owners else {}
    return {phone: now_is[id_] for phone, id_ in owners.items()}


_PHONES: BindParameter[str] = bindparam("phones", expanding=True)
# The store's word before a channel's, the oldest customer first.
_OWNERS = union_all(
    select(customers.c.phone, customers.c.id.label("id"), literal_column("0").label("rank")).where(
        customers.c.phone.in_(_PHONES)
    ),
    select(addresses.c.phone, addresses.c.customer_id, literal_column("1")).where(addresses.c.phone.in_(_PHONES)),
).order_by("rank", "id")


def lock(conn: Connection, ids: Collection[str]) -> None:
    """Keeps others from changing these customers before the transaction ends."""
    conn.execute(select(customers.c.id).where(customers.c.id.in_(list(ids))).order_by(customers.c.id).with_for_update())


def add(conn: Connection, now: datetime, **facts: Any) -> str:
    """Adds a customer of whom we know only this much; returns the id. `facts` are columns."""
    id_ = new_id(now)
    conn.execute(customers.insert(), {"id": id_, "created_at": now, **facts})
    return id_


def change(conn: Connection, id_: str, facts: Mapping[str, Any]) -> None:
    """Writes these columns."""
    if facts:
        conn.execute(update(customers).where(customers.c.id == id_).values(**facts))


def set_missing_phone(conn: Connection, id_: str, phone: str) -> None:
    """Sets the customer's number, if none is known."""
    conn.execute(update(customers).where(customers.c.id == id_, customers.c.phone.is_(None)).values(phone=phone))


def known_by(conn: Connection, column: str, value: str) -> list[Customer]:
    """Finds customers told with this store_id, phone or email: the oldest, locked until the end.

    Whoever was merged since is listed too; `by_id` tells who that is now.
    """
    return [Customer(*row) for row in conn.execute(_KNOWN_BY[column], {"value": value}).all()]


_KNOWN_BY = {
    column.name: _LOAD.where(column == bindparam("value")).order_by(customers.c.id).limit(MOST).with_for_update()
    for column in (customers.c.store_id, customers.c.phone, customers.c.email)
}


def accounts(conn: Connection, ids: Collection[str]) -> dict[str, str | None]:
    """Reads the store's ids of these customers: id -> the store's id."""
    found = select(customers.c.id, customers.c.store_id).where(customers.c.id.in_(ids))
    return {row.id: row.store_id for row in conn.execute(found)}


def of_accounts(conn: Connection, store_ids: Collection[str]) -> dict[str, str]:
    """Finds our ids of the customers with these ids of the store's: the store's id -> ours."""
    found = select(customers.c.store_id, customers.c.id).where(customers.c.store_id.in_(list(store_ids)))
    return {row[0]: row[1] for row in conn.execute(found)} if store_ids else {}


def strangers(conn: Connection, phone: str, besides: str) -> list[str]:
    """Lists customers with this number of whom the store has not spoken: no account, no e-mail, no order."""
    return list(conn.scalars(_STRANGERS, {"phone": phone, "besides": besides}))


_REACHED = select(addresses.c.customer_id).where(addresses.c.phone == bindparam("phone"))
_STRANGERS = (
    select(customers.c.id)
    .where(
        or_(customers.c.phone == bindparam("phone"), customers.c.id.in_(_REACHED)),
        # Not IS NULL: SQLite would go through the index of all who have no account.
        func.coalesce(customers.c.store_id, "") == "",
        func.coalesce(customers.c.email, "") == "",
        customers.c.merged_into.is_(None),
        customers.c.id != bindparam("besides"),
        ~exists().where(orders.c.customer_id == customers.c.id),
    )
    .order_by(customers.c.id)
)


def blocked_until(conn: Connection, id_: str) -> datetime | None:
    """Reads until when a customer is blocked; it may be over."""
    until: datetime | None = conn.scalar(select(customers.c.blocked_until).where(customers.c.id == id_))
    return until


def note_closed(conn: Connection, id_: str, now: datetime, since: datetime) -> bool:
    """Notes that a customer hears now that the desk is closed; false where they heard so after `since`."""
    return conn.execute(NOTE_CLOSED, {"row": id_, "now": now, "since": since}).rowcount == 1


NOTE_CLOSED = update(customers).where(
    customers.c.id == bindparam("row"),
    or_(customers.c.closed_told_at.is_(None), customers.c.closed_told_at <= bindparam("since", type_=Moment)),
)
NOTE_CLOSED = NOTE_CLOSED.values(closed_told_at=bindparam("now", type_=Moment))
