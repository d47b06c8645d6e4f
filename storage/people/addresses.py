"""Keeps where customers are reached, and to which conversation each address belongs."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, delete, or_, select, update

from core.people.addresses import Address
from storage.engine.prepared import PreparedIn
from storage.engine.store import Store
from storage.people.tables import addresses, conversations


class AddressRow(msgspec.Struct, frozen=True):
    """Where a customer is reached. `home` is the key of the conversation it belongs to when that is not its own."""

    key: str
    channel: str
    account: str
    value: str
    customer_id: str
    dead_at: datetime | None
    home: str | None
    phone: str | None

    @property
    def address(self) -> Address:
        """Returns the address as channels use it."""
        return Address(self.channel, self.account, self.value)

    @property
    def number(self) -> str | None:
        """Returns the number that it is, or that was proved there."""
        return self.address.phone or self.phone


_ADDRESS = select(
    addresses.c.key,
    addresses.c.channel,
    addresses.c.account,
    addresses.c.value,
    addresses.c.customer_id,
    addresses.c.dead_at,
    addresses.c.home,
    addresses.c.phone,
)
_BY_KEYS = PreparedIn(
    lambda keys: _ADDRESS.where(addresses.c.key.in_(keys)).order_by(addresses.c.created_at, addresses.c.key)
)
MARK_DEAD = update(addresses).where(addresses.c.key == bindparam("row")).values(dead_at=bindparam("at"))


def by_keys(conn: Connection, keys: Iterable[str]) -> dict[str, AddressRow]:
    """Reads addresses by their key."""
    return {each.key: each for each in (AddressRow(*row) for row in _BY_KEYS.rows(conn, list(keys)))}


def of_customer(conn: Connection, customer_id: str) -> list[AddressRow]:
    """Reads a customer's addresses, the oldest first."""
    return _rows(conn, addresses.c.customer_id == customer_id)


def around(conn: Connection, customer_ids: Collection[str], numbers: Collection[str]) -> list[AddressRow]:
    """Reads the addresses of these customers, and those that are or prove one of these numbers (canonical).

    The oldest come first.
    """
    found = conn.execute(_AROUND, {"people": list(customer_ids), "phones": list(numbers)})
    return [AddressRow(*each) for each in found]


_AROUND = _ADDRESS.where(
    or_(
        addresses.c.customer_id.in_(bindparam("people", expanding=True)),
        addresses.c.phone.in_(bindparam("phones", expanding=True)),
    )
).order_by(addresses.c.created_at, addresses.c.key)


def add(conn: Connection, store: Store, address: Address, customer_id: str, now: datetime, **more: str | None) -> None:
    """Records that the customer is reached here, unless somebody already is. `more`: home, phone (a proved one)."""
    add_all(conn, store, [row(address, customer_id, now, **more)])


def add_all(conn: Connection, store: Store, rows: Sequence[dict[str, Any]]) -> None:
    """Adds addresses as `add` does, for rows that `row` made."""
    conn.execute(store.insert(addresses), rows)


def row(address: Address, customer_id: str, now: datetime, **more: str | None) -> dict[str, Any]:
    """Makes a new address. `more` as for `add`."""
    return {
        "key": address.key,
        "channel": address.channel,
        "account": address.account,
        "value": address.value,
        "customer_id": customer_id,
        "created_at": now,
        "home": more.get("home"),
        "phone": address.phone or more.get("phone"),
        "ask_name_at": None,
    }


def set_home(conn: Connection, key: str, home: str) -> None:
    """Gives an address, and those that belonged to its conversation, to the conversation `home` from now on."""
    theirs = or_(addresses.c.key == key, addresses.c.home == key)
    conn.execute(update(addresses).where(theirs, addresses.c.key != home).values(home=home))
    conn.execute(update(addresses).where(addresses.c.key == home).values(home=None))


def leave_lost_homes(conn: Connection, keys: Iterable[str]) -> None:
    """Gives addresses that belonged to a conversation that is gone back to their own."""
    lost = update(addresses).where(addresses.c.key.in_(list(keys)), addresses.c.home.is_not(None))
    conn.execute(lost.where(addresses.c.home.not_in(select(conversations.c.key))).values(home=None))


def set_phone(conn: Connection, key: str, phone: str | None) -> None:
    """Sets the number that this address proves (canonical)."""
    conn.execute(update(addresses).where(addresses.c.key == key).values(phone=phone))


def drop(conn: Connection, keys: Collection[str]) -> None:
    """Removes addresses: nobody is known to be reached there any more."""
    conn.execute(delete(addresses).where(addresses.c.key.in_(list(keys))))


def _rows(conn: Connection, condition: ColumnElement[bool]) -> list[AddressRow]:
    found = conn.execute(_ADDRESS.where(condition).order_by(addresses.c.created_at, addresses.c.key))
    return [AddressRow(*each) for each in found]
