"""Customers, their addresses and conversations: found or made for whoever writes, read and changed together."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, exists, select, update

from core.addresses import Address
from core.conversations import Grant
from core.ids import new_id
from storage.engine import Store
from storage.tables import addresses, conversations, customers, orders


class Conversation(msgspec.Struct, frozen=True):
    """A conversation with its customer, as a turn needs it."""

    id: str
    key: str
    customer_id: str
    channel: str
    account: str
    value: str
    owner: str
    case_id: str | None
    session: str
    grants: tuple[Grant, ...]
    last_inbound_at: datetime | None
    store_id: str | None
    name: str
    email: str | None
    phone: str | None
    locale: str
    timezone: str
    tier: str
    dead_at: datetime | None

    @property
    def address(self) -> Address:
        """Where she is reached."""
        return Address(self.channel, self.account, self.value)


NAME_MAX = 255  # a channel may tell a longer name than the column takes
_GRANTS = msgspec.json.Decoder(tuple[Grant, ...])
_LOAD = select(
    conversations.c.id,
    conversations.c.key,
    conversations.c.customer_id,
    conversations.c.channel,
    conversations.c.account,
    conversations.c.value,
    conversations.c.owner,
    conversations.c.case_id,
    conversations.c.session,
    conversations.c.grants,
    conversations.c.last_inbound_at,
    customers.c.store_id,
    customers.c.name,
    customers.c.email,
    customers.c.phone,
    customers.c.locale,
    customers.c.timezone,
    customers.c.tier,
    addresses.c.dead_at,
).select_from(
    conversations.join(customers, customers.c.id == conversations.c.customer_id).outerjoin(
        addresses, addresses.c.key == conversations.c.key
    )
)


def by_keys(conn: Connection, keys: Collection[str]) -> dict[str, Conversation]:
    """Conversations by their ordering key."""
    return _load(conn, conversations.c.key.in_(list(keys))) if keys else {}


def by_id(conn: Connection, id_: str) -> Conversation | None:
    """One conversation."""
    return next(iter(_load(conn, conversations.c.id == id_).values()), None)


def of_customer(conn: Connection, customer_id: str) -> list[Conversation]:
    """All conversations of a customer."""
    return list(_load(conn, conversations.c.customer_id == customer_id).values())


def _load(conn: Connection, condition: Any) -> dict[str, Conversation]:
    rows = conn.execute(_LOAD.where(condition))
    found = (row._mapping for row in rows)
    return {r["key"]: Conversation(**{**r, "grants": _GRANTS.decode(r["grants"])}) for r in found}


def ensure(conn: Connection, store: Store, wanted: Sequence[tuple[Address, str]], now: datetime) -> None:
    """Makes the conversations that are missing for (address, display name).

    A number that the channel vouches for (SMS, WhatsApp) belongs to the customer whose number it is; everybody else is
    a new customer until proof says otherwise.
    """
    known = set(conn.scalars(select(conversations.c.key).where(conversations.c.key.in_([a.key for a, _ in wanted]))))
    missing = {address.key: (address, name) for address, name in wanted if address.key not in known}
    if not missing:
        return
    phones = [a.phone for a, _ in missing.values() if a.phone]
    found = (
        select(customers.c.phone, customers.c.id).where(customers.c.phone.in_(phones)).order_by(customers.c.id.desc())
    )
    owners: dict[str, str] = {row.phone: row.id for row in conn.execute(found)}
    listed = select(addresses.c.key, addresses.c.customer_id).where(addresses.c.key.in_(list(missing)))
    reached: dict[str, str] = {row.key: row.customer_id for row in conn.execute(listed)}
    for address, name in missing.values():
        customer_id = reached.get(address.key) or owners.get(address.phone or "")
        if customer_id is None:
            customer_id = new_customer(conn, now, name=name[:NAME_MAX], phone=address.phone)
            if address.phone:  # two strangers without a number are two strangers
                owners[address.phone] = customer_id
        add_address(conn, store, address, customer_id, now)
        row = {
            "id": new_id(now),
            "key": address.key,
            "customer_id": customer_id,
            "channel": address.channel,
            "account": address.account,
            "value": address.value,
            "created_at": now,
        }
        conn.execute(store.insert(conversations), row)


def new_customer(conn: Connection, now: datetime, **columns: Any) -> str:
    """A customer we know only this much of; returns the id."""
    id_ = new_id(now)
    conn.execute(customers.insert(), {"id": id_, "created_at": now, **columns})
    return id_


def add_address(conn: Connection, store: Store, address: Address, customer_id: str, now: datetime) -> None:
    """Records that the customer is reached here, unless somebody already is."""
    row = {
        "key": address.key,
        "channel": address.channel,
        "account": address.account,
        "value": address.value,
        "customer_id": customer_id,
        "created_at": now,
    }
    conn.execute(store.insert(addresses), row)


def addresses_of(conn: Connection, customer_id: str) -> list[tuple[Address, datetime | None]]:
    """(address, when it was found dead) of a customer."""
    found = select(addresses.c.channel, addresses.c.account, addresses.c.value, addresses.c.dead_at)
    rows = conn.execute(found.where(addresses.c.customer_id == customer_id))
    return [(Address(channel, account, value), dead) for channel, account, value, dead in rows]


# Proof was given that the writer placed this order: an address that was nobody's yet is the buyer's from now on.
_buyer = select(orders.c.customer_id).where(orders.c.number == bindparam("order")).scalar_subquery()
_stranger = select(customers.c.id).where(customers.c.id == bindparam("was"), customers.c.store_id.is_(None))
ADOPT = update(conversations).where(conversations.c.id == bindparam("row"), exists(_stranger), _buyer.is_not(None))
ADOPT = ADOPT.values(customer_id=_buyer)
_holder = select(conversations.c.customer_id).where(conversations.c.id == bindparam("row")).scalar_subquery()
ADOPT_ADDRESS = update(addresses).where(addresses.c.key == bindparam("key_")).values(customer_id=_holder)


def adopt_parameters(conversation: Conversation, order_number: str) -> dict[str, Any]:
    """Parameters of ADOPT."""
    return {"row": conversation.id, "was": conversation.customer_id, "order": order_number}


SAVE_TURN = update(conversations).where(conversations.c.id == bindparam("row"))
SAVE_TURN = SAVE_TURN.values(
    session=bindparam("session_"),
    grants=bindparam("grants_"),
    owner=bindparam("owner_"),
    case_id=bindparam("case_"),
    last_inbound_at=bindparam("inbound"),
)
SAVE_PROFILE = update(customers).where(customers.c.id == bindparam("row"))
SAVE_PROFILE = SAVE_PROFILE.values(name=bindparam("name_"), locale=bindparam("locale_"))
MARK_DEAD = update(addresses).where(addresses.c.key == bindparam("row")).values(dead_at=bindparam("at"))


def turn_parameters(
    conversation: Conversation,
    session: str,
    owner: str,
    case_id: str | None,
    grants: Sequence[Grant],
    inbound: datetime,
) -> dict[str, Any]:
    """Parameters of SAVE_TURN."""
    return {
        "row": conversation.id,
        "session_": session,
        "grants_": msgspec.json.encode(grants).decode(),
        "owner_": owner,
        "case_": case_id,
        "inbound": inbound,
    }
