"""Reads conversations with their customer, and saves them at the end of a turn."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, exists, func, or_, select, update

from core.ids import new_id
from core.people.addresses import Address
from core.people.conversations import Grant
from storage.engine.prepared import PreparedIn
from storage.engine.store import Store
from storage.people import addresses
from storage.people.addresses import AddressRow
from storage.people.tables import addresses as addresses_table
from storage.people.tables import conversations
from storage.people.tables import customers as customers_table
from storage.queues.outbox import IS_OPEN
from storage.queues.tables import outbox


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

    @property
    def address(self) -> Address:
        """Returns where the customer is reached."""
        return Address(self.channel, self.account, self.value)

    @property
    def phone_number(self) -> str | None:
        """Returns the number that the channel vouches for: the address itself, else one that was proved here."""
        return self.address.phone or self.proved

    @property
    def in_use(self) -> bool:
        """Tells whether the customer is written to here: neither an address of another conversation nor given up."""
        return self.reached is not None and self.home is None


GRANTS = Conversation.__struct_fields__.index("grants")
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
).select_from(
    conversations.join(customers_table, customers_table.c.id == conversations.c.customer_id).outerjoin(
        addresses_table, addresses_table.c.key == conversations.c.key
    )
)

_BY_KEYS = PreparedIn(lambda keys: _LOAD.where(conversations.c.key.in_(keys)))
_STATE = select(
    conversations.c.id,
    conversations.c.key,
    conversations.c.customer_id,
    conversations.c.owner,
    conversations.c.case_id,
    conversations.c.session,
    conversations.c.last_inbound_at,
    conversations.c.grants,
)


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


def unchanged(conn: Connection, turns: Collection[Conversation]) -> frozenset[str] | None:
    """Tells whether all are still as they were read, in everything that SAVE_TURN writes and rows of a turn rest on.

    None when one has changed; else the keys of those to whom something is still to be sent. From now on nobody else
    changes them before the transaction ends.
    """
    now_is = {row[0]: row for row in _UNCHANGED.rows(conn, [turn.id for turn in turns])}
    if not all(turn.id in now_is and _is_same(now_is[turn.id], turn) for turn in turns):
        return None
    return frozenset(key for _, key, *_, busy in now_is.values() if busy)


_UNCHANGED = PreparedIn(
    lambda ids: (
        _STATE.add_columns(exists().where(outbox.c.key == conversations.c.key, IS_OPEN).label("busy"))
        .where(conversations.c.id.in_(ids))
        .order_by(conversations.c.id)
        .with_for_update(of=conversations)
    )
)


def _is_same(row: tuple[Any, ...], turn: Conversation) -> bool:
    _, key, customer_id, owner, case_id, session, last_inbound_at, grants, _ = row
    return (key, customer_id, owner, case_id, session, last_inbound_at) == (
        turn.key,
        turn.customer_id,
        turn.owner,
        turn.case_id,
        turn.session,
        turn.last_inbound_at,
    ) and _GRANTS.decode(grants) == turn.grants


def _load(conn: Connection, condition: Any, *, lock: bool = False) -> dict[str, Conversation]:
    query = _LOAD.where(condition)
    if lock:
        query = query.order_by(conversations.c.id).with_for_update(of=conversations)
    return {row.key: _conversation(row) for row in conn.execute(query)}


def _read(row: tuple[Any, ...]) -> Conversation:
    values = list(row)
    values[GRANTS] = _GRANTS.decode(values[GRANTS])
    return Conversation(*values)


def _conversation(row: Any) -> Conversation:
    return Conversation(**{**row._mapping, "grants": _GRANTS.decode(row.grants)})


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
    values = {"session": session, "grants": msgspec.json.encode(grants).decode(), **more}
    conn.execute(update(conversations).where(conversations.c.id == id_).values(values))


def hand_over(
    conn: Connection, id_: str, owner: str, case_id: str | None, left: tuple[str, datetime] | None = None
) -> None:
    """Gives a conversation to the bot or to the agents of a case; `left` is the case that words bring back, and until
    when."""
    left_case, until = left or (None, None)
    values = {"owner": owner, "case_id": case_id, "left_case": left_case, "left_until": until}
    conn.execute(update(conversations).where(conversations.c.id == id_).values(**values))


SAVE_TURN = update(conversations).where(conversations.c.id == bindparam("row"))
SAVE_TURN = SAVE_TURN.values(
    session=bindparam("session_"),
    grants=bindparam("grants_"),
    owner=bindparam("owner_"),
    case_id=bindparam("case_"),
    last_inbound_at=bindparam("inbound"),
    route=bindparam("route_"),
)
SAVE_PROFILE = update(customers_table).where(customers_table.c.id == bindparam("row"))
# What the store, or the provider, told meanwhile of their name and locale stays.
SAVE_PROFILE = SAVE_PROFILE.values(
    name=func.coalesce(func.nullif(customers_table.c.name, ""), bindparam("name_")),
    locale=func.coalesce(func.nullif(customers_table.c.locale, ""), bindparam("locale_")),
    language=bindparam("language_"),
)


def turn_parameters(
    conversation: Conversation,
    session: str,
    owner: str,
    case_id: str | None,
    grants: Sequence[Grant],
    inbound: datetime | None,
    route: str,
) -> dict[str, Any]:
    """Makes the parameters of SAVE_TURN."""
    return {
        "row": conversation.id,
        "session_": session,
        "grants_": msgspec.json.encode(grants).decode(),
        "owner_": owner,
        "case_": case_id,
        "inbound": inbound,
        "route_": route or None,
    }
