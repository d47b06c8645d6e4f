"""Reads conversations with their customer, and writes what is no turn: a new one, who has it, what is carried on."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, or_, select, update

from core.ids import new_id
from core.people.addresses import Address
from core.people.conversations import Grant, decode_grants, encode_grants
from storage.engine.prepared import PreparedIn
from storage.engine.store import Store
from storage.people import addresses
from storage.people.addresses import AddressRow
from storage.people.tables import addresses as addresses_table
from storage.people.tables import conversations
from storage.people.tables import customers as customers_table


class Conversation(msgspec.Struct, frozen=True):
    """A conversation with its customer, as a turn needs it. `locale` is how they are spoken to: in the `language` that
    they wrote last or asked for, else by the store's word.

    `phone` is the customer's by anybody's word; `phone_number` the one that this conversation proves.
    """

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
    home: str | None
    proved: str | None
    reached: str | None
    route: str | None
    language: str = ""
    left_case: str | None = None
    left_until: datetime | None = None
    closed_told_at: datetime | None = None  # when they heard last that the desk is closed
    blocked_until: datetime | None = None  # until when nothing they write is answered

    @property
    def address(self) -> Address:
        """Returns where the customer is reached."""
        return Address(self.channel, self.account, self.value)

    @property
    def phone_number(self) -> str | None:
        """Returns the number that the channel vouches for: the address itself, else one that was proved here."""
        return self.address.phone or self.proved

    def is_blocked(self, now: datetime) -> bool:
        """Tells whether nothing that they write is answered now."""
        return self.blocked_until is not None and now < self.blocked_until

    @property
    def in_use(self) -> bool:
        """Tells whether the customer is written to here: neither an address of another conversation nor given up."""
        return self.reached is not None and self.home is None


GRANTS = Conversation.__struct_fields__.index("grants")
NAME_MAX = 255  # a channel may tell a longer name than the column takes
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
    customers_table.c.store_id,
    customers_table.c.name,
    customers_table.c.email,
    customers_table.c.phone,
    func.coalesce(func.nullif(customers_table.c.language, ""), customers_table.c.locale).label("locale"),
    customers_table.c.timezone,
    customers_table.c.tier,
    addresses_table.c.dead_at,
    addresses_table.c.home,
    addresses_table.c.phone.label("proved"),
    addresses_table.c.key.label("reached"),
    conversations.c.route,
    customers_table.c.language,
    conversations.c.left_case,
    conversations.c.left_until,
    customers_table.c.closed_told_at,
    customers_table.c.blocked_until,
).select_from(
    conversations.join(customers_table, customers_table.c.id == conversations.c.customer_id).outerjoin(
        addresses_table, addresses_table.c.key == conversations.c.key
    )
)
_BY_KEYS = PreparedIn(lambda keys: _LOAD.where(conversations.c.key.in_(keys)))


def by_keys(conn: Connection, keys: Collection[str], *, lock: bool = False) -> dict[str, Conversation]:
    """Reads conversations by their ordering key. With `lock` nobody else changes them before the transaction ends."""
    if not lock:
        return {conversation.key: conversation for conversation in map(_read, _BY_KEYS.rows(conn, keys))}
    return _load(conn, conversations.c.key.in_(list(keys)), lock=lock) if keys else {}


def by_id(conn: Connection, id_: str, *, lock: bool = False) -> Conversation | None:
    """Reads one conversation. With `lock` nobody else changes it before the transaction ends."""
    return next(iter(_load(conn, conversations.c.id == id_, lock=lock).values()), None)


def of_customer(conn: Connection, customer_id: str) -> list[Conversation]:
    """Reads all conversations of a customer."""
    return list(_load(conn, conversations.c.customer_id == customer_id).values())


def around(
    conn: Connection, customer_ids: Collection[str], numbers: Collection[str]
) -> tuple[list[AddressRow], list[Conversation]]:
    """Reads all addresses and conversations by which these customers and these numbers (canonical) are reached.

    The addresses, oldest first, of everybody who has one of the conversations are there too.
    """
    rows = addresses.around(conn, customer_ids, numbers)
    keys = [row.home or row.key for row in rows if row.phone in numbers and row.address.phone]
    found = conn.execute(_AROUND, {"people": list(customer_ids), "keys": keys})
    spoken = [_conversation(row) for row in found]
    others = {each.customer_id for each in spoken} - set(customer_ids)
    if others:
        seen = {row.key for row in rows}
        rows += [row for row in addresses.around(conn, others, ()) if row.key not in seen]
    return rows, spoken


_AROUND = _LOAD.where(
    or_(
        conversations.c.customer_id.in_(bindparam("people", expanding=True)),
        conversations.c.key.in_(bindparam("keys", expanding=True)),
    )
).order_by(conversations.c.id)


def _load(conn: Connection, condition: Any, *, lock: bool = False) -> dict[str, Conversation]:
    query = _LOAD.where(condition)
    if lock:
        query = query.order_by(conversations.c.id).with_for_update(of=conversations)
    return {row.key: _conversation(row) for row in conn.execute(query)}


def _read(row: tuple[Any, ...]) -> Conversation:
    values = list(row)
    values[GRANTS] = decode_grants(values[GRANTS])
    return Conversation(*values)


def _conversation(row: Any) -> Conversation:
    return Conversation(**{**row._mapping, "grants": decode_grants(row.grants)})


def known_keys(conn: Connection, keys: Collection[str]) -> set[str]:
    """Returns those of `keys` that are conversations."""
    return set(conn.scalars(select(conversations.c.key).where(conversations.c.key.in_(list(keys)))))


def row(address: Address, customer_id: str, now: datetime) -> dict[str, Any]:
    """Makes a new conversation with the customer at this address."""
    return {
        "id": new_id(now),
        "key": address.key,
        "customer_id": customer_id,
        "channel": address.channel,
        "account": address.account,
        "value": address.value,
        "created_at": now,
    }


def add_all(conn: Connection, store: Store, rows: Sequence[dict[str, Any]]) -> None:
    """Adds conversations, but where there is one."""
    conn.execute(store.insert(conversations), rows)


def carry_on(conn: Connection, id_: str, session: str, grants: Sequence[Grant], **more: Any) -> None:
    """Saves what is under way and proved in a conversation from now on. `more`: last_inbound_at, owner, case_id."""
    values = {"session": session, "grants": encode_grants(grants), **more}
    conn.execute(update(conversations).where(conversations.c.id == id_).values(values))


def hand_over(
    conn: Connection, id_: str, owner: str, case_id: str | None, left: tuple[str, datetime] | None = None
) -> None:
    """Gives a conversation to the bot or to the agents of a case; `left` is the case that words bring back, and until
    when."""
    left_case, until = left or (None, None)
    values = {"owner": owner, "case_id": case_id, "left_case": left_case, "left_until": until}
    conn.execute(update(conversations).where(conversations.c.id == id_).values(**values))
