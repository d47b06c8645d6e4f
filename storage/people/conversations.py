"""Customers, their addresses and conversations: found or made for whoever writes, read and changed together."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, or_, select, update

from core.addresses import Address
from core.conversations import Grant
from core.ids import new_id
from storage.engine.store import Store
from storage.people.customers import of_phones
from storage.people.tables import addresses, conversations, customers


class Conversation(msgspec.Struct, frozen=True):
    """A conversation with its customer, as a turn needs it.

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

    @property
    def address(self) -> Address:
        """Where she is reached."""
        return Address(self.channel, self.account, self.value)

    @property
    def phone_number(self) -> str | None:
        """The number that the channel vouches for: the address itself, else one she proved to be hers."""
        return self.address.phone or self.proved

    @property
    def in_use(self) -> bool:
        """Whether she is written to here: neither by an address of another conversation nor by one she gave up."""
        return self.reached is not None and self.home is None


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
        """As channels use it."""
        return Address(self.channel, self.account, self.value)

    @property
    def number(self) -> str | None:
        """The number it is, or that was proved there."""
        return self.address.phone or self.phone


NAME_MAX = 255  # a channel may tell a longer name than the column takes
_GRANTS = msgspec.json.Decoder(tuple[Grant, ...])
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
    addresses.c.home,
    addresses.c.phone.label("proved"),
    addresses.c.key.label("reached"),
).select_from(
    conversations.join(customers, customers.c.id == conversations.c.customer_id).outerjoin(
        addresses, addresses.c.key == conversations.c.key
    )
)

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
    """Conversations by their ordering key. With `lock` nobody else changes them before the transaction ends."""
    return _load(conn, conversations.c.key.in_(list(keys)), lock=lock) if keys else {}


def by_id(conn: Connection, id_: str) -> Conversation | None:
    """One conversation."""
    return next(iter(_load(conn, conversations.c.id == id_).values()), None)


def of_customer(conn: Connection, customer_id: str) -> list[Conversation]:
    """All conversations of a customer."""
    return list(_load(conn, conversations.c.customer_id == customer_id).values())


def around(
    conn: Connection, customer_ids: Collection[str], numbers: Collection[str]
) -> tuple[list[AddressRow], list[Conversation]]:
    """Everything by which these customers and these numbers (canonical) are reached: addresses, and conversations.

    The addresses, oldest first, of everybody who has one of the conversations are there too.
    """
    people, phones = list(customer_ids), list(numbers)
    rows = [AddressRow(*row) for row in conn.execute(_AROUND, {"people": people, "phones": phones})]
    keys = [row.home or row.key for row in rows if row.phone in numbers and row.address.phone]
    found = conn.execute(_CONVERSATIONS_AROUND, {"people": people, "keys": keys})
    spoken = [Conversation(**{**r, "grants": _GRANTS.decode(r["grants"])}) for r in (row._mapping for row in found)]
    others = {each.customer_id for each in spoken} - set(customer_ids)
    if others:
        seen = {row.key for row in rows}
        more = conn.execute(_AROUND, {"people": list(others), "phones": []})
        rows += [row for row in (AddressRow(*row) for row in more) if row.key not in seen]
    return rows, spoken


_AROUND = _ADDRESS.where(
    or_(
        addresses.c.customer_id.in_(bindparam("people", expanding=True)),
        addresses.c.phone.in_(bindparam("phones", expanding=True)),
    )
).order_by(addresses.c.created_at, addresses.c.key)
_CONVERSATIONS_AROUND = _LOAD.where(
    or_(
        conversations.c.customer_id.in_(bindparam("people", expanding=True)),
        conversations.c.key.in_(bindparam("keys", expanding=True)),
    )
).order_by(conversations.c.id)


def unchanged(conn: Connection, turns: Collection[Conversation]) -> bool:
    """Whether all are still as they were read, in everything that SAVE_TURN writes and that rows of a turn rest on.

    From now on nobody else changes them before the transaction ends.
    """
    found = _STATE.where(conversations.c.id.in_([turn.id for turn in turns])).order_by(conversations.c.id)
    now_is = {row.id: row._mapping for row in conn.execute(found.with_for_update())}
    return all(turn.id in now_is and _is_same(now_is[turn.id], turn) for turn in turns)


def _is_same(row: RowMapping, turn: Conversation) -> bool:
    told = {column: value for column, value in row.items() if column != "grants"}
    return all(getattr(turn, column) == value for column, value in told.items()) and (
        _GRANTS.decode(row["grants"]) == turn.grants
    )


def _load(conn: Connection, condition: Any, *, lock: bool = False) -> dict[str, Conversation]:
    query = _LOAD.where(condition)
    if lock:
        query = query.order_by(conversations.c.id).with_for_update(of=conversations)
    found = (row._mapping for row in conn.execute(query))
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
    owners = of_phones(conn, [a.phone for a, _ in missing.values() if a.phone])
    reached = {key: row.customer_id for key, row in rows_of(conn, missing).items()}
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
    # An address whose conversation is gone has this one.
    homeless = update(addresses).where(addresses.c.key.in_(list(missing)), addresses.c.home.is_not(None))
    conn.execute(homeless.where(addresses.c.home.not_in(select(conversations.c.key))).values(home=None))


def new_customer(conn: Connection, now: datetime, **columns: Any) -> str:
    """A customer we know only this much of; returns the id."""
    id_ = new_id(now)
    conn.execute(customers.insert(), {"id": id_, "created_at": now, **columns})
    return id_


def add_address(
    conn: Connection, store: Store, address: Address, customer_id: str, now: datetime, **more: str | None
) -> None:
    """Records that the customer is reached here, unless somebody already is. `more`: home, phone (a proved one)."""
    row = {
        "key": address.key,
        "channel": address.channel,
        "account": address.account,
        "value": address.value,
        "customer_id": customer_id,
        "created_at": now,
        "home": more.get("home"),
        "phone": address.phone or more.get("phone"),
    }
    conn.execute(store.insert(addresses), row)


def rows_of(conn: Connection, keys: Iterable[str]) -> dict[str, AddressRow]:
    """Addresses by their key."""
    return {row.key: row for row in _rows(conn, addresses.c.key.in_(list(keys)))}


def addresses_of(conn: Connection, customer_id: str) -> list[AddressRow]:
    """A customer's addresses, the oldest first."""
    return _rows(conn, addresses.c.customer_id == customer_id)


def _rows(conn: Connection, condition: ColumnElement[bool]) -> list[AddressRow]:
    found = conn.execute(_ADDRESS.where(condition).order_by(addresses.c.created_at, addresses.c.key))
    return [AddressRow(*row) for row in found]


def hand_over(conn: Connection, id_: str, owner: str, case_id: str | None) -> None:
    """Gives a conversation to the bot or to the agents of a case."""
    conn.execute(update(conversations).where(conversations.c.id == id_).values(owner=owner, case_id=case_id))


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
    inbound: datetime | None,
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
