"""Who a customer is, across her addresses: learned from channels and proofs, never from a guess.

A name or an e-mail typed in a chat proves nothing. What proves: the channel's own word (an alias, a change of
number), a contact that the channel says is the sender's own, an order with one fact that only its buyer knows, an
operator's command.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update

from core.addresses import Address, e164, spellings
from core.messages import Moved
from core.ports import Sent
from hub.hub import Hub
from storage import consents, conversations, customers, merges, moves, numbers, orders
from storage.conversations import AddressRow, Conversation
from storage.outbox import Posting
from storage.tables import cases, media, messages, returns
from storage.tables import customers as customers_table
from storage.tables import orders as orders_table

log = logging.getLogger(__name__)

CHANNEL, SHARED_CONTACT, ORDER_PROOF, OPERATOR = "channel", "shared_contact", "order_proof", "operator"

merge, unmerge = merges.merge, merges.unmerge


# --- where an event belongs


def homes(conn: Connection, keys: Collection[str]) -> dict[str, str]:
    """key -> key of the conversation that this address belongs to, for those where it is another one.

    Another spelling of a number we know on the same account is the same address.
    """
    written = {key: _spelled(key) for key in keys}
    rows = conversations.rows_of(conn, {*keys, *(other for others in written.values() for other in others)})
    found: dict[str, str] = {}
    for key, others in written.items():
        row = next((rows[each] for each in (key, *others) if each in rows), None)
        home = (row.home or row.key) if row else key
        if home != key:
            found[key] = home
    return found


def _spelled(key: str) -> tuple[str, ...]:
    """The keys of the other spellings of an address that is a number."""
    place, _, value = key.rpartition(":")
    return tuple(f"{place}:{each}" for each in spellings(value) if each != value) if value.startswith("+") else ()


def settle(conn: Connection, turns: Iterable[Conversation]) -> None:
    """After the rows of turns are written: what was written for a customer who was merged meanwhile follows her."""
    told = {turn.id: turn.customer_id for turn in turns}
    for id_, customer_id in conversations.holders(conn, told):
        if customer_id != told[id_]:
            for table in (messages, cases, returns, media):
                late = update(table).where(table.c.conversation_id == id_, table.c.customer_id == told[id_])
                conn.execute(late.values(customer_id=customer_id))


# --- what proves that two are one


def learn_aliases(
    hub: Hub, conn: Connection, conversation: Conversation, aliases: Collection[Address], now: datetime
) -> bool:
    """Other addresses of the person, by the channel's word; returns whether anything was new.

    Two customers become one, with both histories; an alias with a conversation of its own keeps it for the timeline,
    and what was under way there goes on in this one.
    """
    rows = conversations.rows_of(conn, [conversation.key, *(alias.key for alias in aliases)])
    own = rows.get(conversation.key)
    if own is None:
        return False
    home = own.home or own.key
    learned = [_learn(hub, conn, home, each, rows.get(each.key), now) for each in _unknown(rows, home, aliases)]
    return any(learned)


def learn_from_send(hub: Hub, conn: Connection, posting: Posting, sent: Sent, now: datetime) -> None:
    """What a provider's answer tells of the customer written to."""
    rows = conversations.rows_of(conn, [posting.key, *(alias.key for alias in sent.aliases)])
    own = rows.get(posting.key)
    if own is None:
        return
    home = own.home or own.key
    for each in _unknown(rows, home, sent.aliases):
        _learn(hub, conn, home, each, rows.get(each.key), now)
    if sent.moved:
        move(hub, conn, Moved(f"sent:{posting.id}", own.address, now, "migrated", sent.moved), now)


def _unknown(rows: Mapping[str, AddressRow], home: str, aliases: Iterable[Address]) -> list[Address]:
    """Those of which it is not known yet that they belong to the conversation `home`."""
    known = {home, *(key for key, row in rows.items() if row.home == home)}
    return list({alias.key: alias for alias in aliases if alias.key not in known}.values())


def _learn(hub: Hub, conn: Connection, home: str, alias: Address, row: AddressRow | None, now: datetime) -> bool:
    hers = conversations.by_keys(conn, [home, alias.key])
    kept = hers.get(home)
    if kept is None:
        return False
    if row is None:
        conversations.add_address(conn, hub.store, alias, kept.customer_id, now, home=home)
    elif merges.join(conn, kept.customer_id, row.customer_id, CHANNEL, now) is None:
        log.info("two customers with one address stay two", extra={"conversation_id": kept.id})
        return False
    moves.set_home(conn, alias.key, home)
    if alias.key in hers:
        moves.hand_over(conn, hers[alias.key], kept)
    consents.carry(conn, alias.channel, alias.value, kept.value, now)
    if alias.phone and kept.address.phone is None:
        _prove(conn, kept, alias.phone, CHANNEL, now)
    return True


def prove_phone(_hub: Hub, conn: Connection, conversation: Conversation, phone: str, now: datetime) -> bool:
    """The channel vouches that this number is hers; returns whether that was new.

    She is the customer who has the number, and proves her orders by it as on WhatsApp and SMS from now on.
    """
    number, known = e164(phone), conversations.by_id(conn, conversation.id)
    if number is None or known is None or known.phone_number == number:
        return False
    _prove(conn, known, number, SHARED_CONTACT, now)
    return True


def _prove(conn: Connection, conversation: Conversation, phone: str, reason: str, now: datetime) -> None:
    owner = customers.of_phones(conn, [phone]).get(phone)
    if conversation.address.phone is None:
        moves.set_phone(conn, conversation.key, phone)
    if owner:
        merges.join(conn, conversation.customer_id, owner, reason, now)
    id_ = merges.survivors(conn, [conversation.customer_id])[conversation.customer_id]
    hers = update(customers_table).where(customers_table.c.id == id_, customers_table.c.phone.is_(None))
    conn.execute(hers.values(phone=phone))


def adopt(conn: Connection, conversation_id: str, order_number: str, now: datetime) -> None:
    """The order was proved here: a stranger (no account at the store, no order of her own) is its buyer."""
    stranger = conversations.by_id(conn, conversation_id)
    told = conn.scalar(select(orders_table.c.customer_id).where(orders_table.c.number == order_number))
    if stranger is None or told is None or stranger.store_id:
        return
    buyer = merges.survivors(conn, [told])[told]
    if buyer == stranger.customer_id or orders.of_customer(conn, stranger.customer_id, 1):
        return
    if not merges.parted(conn, buyer, stranger.customer_id):
        merges.merge(conn, buyer, stranger.customer_id, ORDER_PROOF, now)


# --- when she is somewhere else


def move(hub: Hub, conn: Connection, event: Moved, now: datetime) -> None:
    """The channel says that `event.sender` is reached at `event.to` now, or that the person there changed.

    Nothing of hers stays with the old address: whoever has it later is a stranger.
    """
    row = conversations.rows_of(conn, [event.sender.key]).get(event.sender.key)
    conversation = conversations.by_keys(conn, [row.home or row.key]).get(row.home or row.key) if row else None
    if row is None or conversation is None:
        return
    if event.to is None:
        moves.drop_proofs(conn, conversation)
    elif row.home and event.reason != numbers.CHANGED:  # one of several addresses of a conversation that stays
        moves.drop_addresses(conn, [row.key])
        learn_aliases(hub, conn, conversation, (event.to, *event.aliases), now)
    elif event.to.key != event.sender.key:
        _Move(hub, conn, event, event.to, conversation, now).make()


class _Move:
    """One change of address, within its transaction."""

    def __init__(
        self, hub: Hub, conn: Connection, event: Moved, to: Address, conversation: Conversation, now: datetime
    ) -> None:
        self.hub = hub
        self.conn = conn
        self.event = event
        self.to = to
        self.was = conversation
        self.now = now
        self.old = self._old_addresses()
        there = conversations.rows_of(conn, [to.key]).get(to.key)
        self.there = there if there is None or there.home != conversation.key else None  # known, and not from here

    def make(self) -> None:
        """Addresses first, so that nothing finds the old one; then what hangs on them."""
        moves.drop_addresses(self.conn, [row.key for row in self.old])
        customer_id = self.was.customer_id
        if self.there:
            both = merges.join(self.conn, customer_id, self.there.customer_id, self.event.reason, self.now)
            customer_id = both or customer_id
            self._go_on(self.there.home or self.there.key) if both else self._part()
        else:
            self._readdress()
        for row in self.old:
            consents.carry(self.conn, row.channel, row.value, self.to.value, self.now)
        if self.event.reason == numbers.CHANGED:
            self._renumber(customer_id)
        there = conversations.by_keys(self.conn, [self.to.key]).get(self.to.key)
        if there:
            learn_aliases(self.hub, self.conn, there, self.event.aliases, self.now)

    def _old_addresses(self) -> list[AddressRow]:
        """The sender's and the conversation's, and all that are the number she gave up."""
        hers = conversations.addresses_of(self.conn, self.was.customer_id)
        here = [row for row in hers if self.was.key in (row.key, row.home)]
        left = {self.event.sender.key, self.was.key}
        new = {self.to.key, *(alias.key for alias in self.event.aliases)}
        if self.event.reason == numbers.CHANGED:
            left |= {row.key for row in here if row.address.phone}
        return [row for row in here if row.key in left - new]

    def _readdress(self) -> None:
        """Nobody is known at the new address: the conversation goes on there."""
        proved = None if self.event.reason == numbers.CHANGED else self.was.proved
        where = (self.conn, self.hub.store, self.to, self.was.customer_id, self.now)
        conversations.add_address(*where, phone=proved)
        moves.set_home(self.conn, self.was.key, self.to.key)
        moves.readdress(self.conn, self.was, self.to)
        self._follow(self.to.key)

    def _go_on(self, key: str) -> None:
        """She has a conversation there already: that is the one in use; this one stays on the timeline."""
        moves.set_home(self.conn, self.was.key, key)
        there = conversations.by_keys(self.conn, [key]).get(key)
        if there:
            moves.hand_over(self.conn, self.was, there)
        moves.retire(self.conn, self.was, there.address if there else self.to)
        self._follow(key)

    def _part(self) -> None:
        """The store has another account for whoever is there: hers stay apart."""
        log.warning("a number moved to another customer", extra={"conversation_id": self.was.id})
        moves.retire(self.conn, self.was)

    def _follow(self, key: str) -> None:
        moves.follow(self.conn, self.was.key, key, self.event.sent_at, self.hub.shards)

    def _renumber(self, customer_id: str) -> None:
        """Neither proof nor notices follow the old number."""
        new = next((each.phone for each in (self.to, *self.event.aliases) if each.phone), None)
        given_up = {row.number for row in self.old if row.number and row.number != new}
        for old in sorted(given_up):
            self._leave(customer_id, old)
            moves.renumber_customer(self.conn, customer_id, old, new)
            orders.renumber(self.conn, customer_id, old, new)
            numbers.note(self.conn, customer_id, old, new, self.now)

    def _leave(self, customer_id: str, old: str) -> None:
        """Other channels by the old number: kept for the timeline; a STOP said there holds for the new number."""
        rows = [row for row in conversations.addresses_of(self.conn, customer_id) if row.address.phone == old]
        spoken = conversations.by_keys(self.conn, [row.key for row in rows])
        for row in rows:
            if row.key in spoken:
                moves.retire(self.conn, spoken[row.key])
            if self.to.phone:
                consents.carry(self.conn, row.channel, row.value, self.to.value, self.now, stops_only=True)
        moves.drop_addresses(self.conn, [row.key for row in rows])
