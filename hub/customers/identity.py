"""Who a customer is, across her addresses: learned from channels and proofs, never from a guess.

A name or an e-mail typed in a chat proves nothing. What proves: the channel's own word (an alias, a change of
number), a contact that the channel says is the sender's own, an order with one fact that only its buyer knows, an
operator's command.
"""

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from core.addresses import Address, e164
from core.messages import Moved
from core.ports import Sent
from hub.customers.ownership import addresses_here, changed_hands, start_over, unknown
from hub.hub import Hub
from storage.people import consents, conversations, customers, merges, moves, numbers
from storage.people.conversations import AddressRow, Conversation
from storage.people.tables import customers as customers_table
from storage.queues.outbox import Posting
from storage.shop import orders
from storage.shop.tables import orders as orders_table

log = logging.getLogger(__name__)

CHANNEL, SHARED_CONTACT, ORDER_PROOF, OPERATOR = "channel", "shared_contact", "order_proof", "operator"

merge, unmerge = merges.merge, merges.unmerge


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
    learned = [_learn(hub, conn, home, each, rows.get(each.key), now) for each in unknown(rows, home, aliases)]
    return any(learned)


def learn_from_sends(hub: Hub, conn: Connection, sends: Collection[tuple[Posting, Sent]], now: datetime) -> None:
    """What providers' answers tell of the customers written to; one question for all where nothing is new."""
    asked = {posting.key for posting, sent in sends if sent.aliases}
    rows = (
        conversations.rows_of(conn, asked | {each.key for _, sent in sends for each in sent.aliases}) if asked else {}
    )
    for posting, sent in sends:
        own = rows.get(posting.key)
        if sent.moved or (own and unknown(rows, own.home or own.key, sent.aliases)):
            learn_from_send(hub, conn, posting, sent, now)


def learn_from_send(hub: Hub, conn: Connection, posting: Posting, sent: Sent, now: datetime) -> None:
    """What a provider's answer tells of the customer written to."""
    rows = conversations.rows_of(conn, [posting.key, *(alias.key for alias in sent.aliases)])
    own = rows.get(posting.key)
    if own is None:
        return
    home = own.home or own.key
    there = conversations.by_keys(conn, [home], lock=True).get(home)
    changed = there is not None and changed_hands(conn, there, [(own.address, *sent.aliases)])
    if there and changed and not start_over(hub, conn, there, now):
        return
    for each in unknown(rows, home, sent.aliases):
        _learn(hub, conn, home, each, rows.get(each.key), now)
    if sent.moved:
        move(hub, conn, Moved(f"sent:{posting.id}", own.address, now, "migrated", sent.moved), now)


def _learn(hub: Hub, conn: Connection, home: str, alias: Address, row: AddressRow | None, now: datetime) -> bool:
    hers = conversations.by_keys(conn, [home, alias.key], lock=True)  # a turn that is decided now finds it changed
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


def prove_phone(conn: Connection, conversation: Conversation, phone: str, now: datetime) -> bool:
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
    if row is None:
        return
    conversation = conversations.by_keys(conn, [row.home or row.key], lock=True).get(row.home or row.key)
    if conversation is None:
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
        """The sender's and the conversation's; with a new number comes a new id, so then all (Meta, "BSUID")."""
        left = {self.event.sender.key, self.was.key}
        new = {self.to.key, *(alias.key for alias in self.event.aliases)}
        every = self.event.reason == numbers.CHANGED
        here = addresses_here(self.conn, self.was)
        return [row for row in here if (every or row.key in left) and row.key not in new]

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
        there = conversations.by_keys(self.conn, [key], lock=True).get(key)
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
