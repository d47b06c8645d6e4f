"""Moves a customer to another number or id, by the channel's word: everything of theirs goes along."""

import logging
from datetime import datetime

from sqlalchemy import Connection

from core.messages.inbound import Moved
from core.people.addresses import Address
from hub.customers.identity import learn_aliases
from hub.customers.joining import hand_over, join
from hub.customers.ownership import addresses_here
from hub.hub import Hub
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.people import addresses, consents, moves, numbers
from storage.people.addresses import AddressRow
from storage.shop import order_writing

log = logging.getLogger(__name__)


def move(hub: Hub, conn: Connection, event: Moved, now: datetime) -> None:
    """Moves the customer at `event.sender` to `event.to`; without one, the person at the address has changed.

    Nothing of theirs stays with the old address: a person who has it later is a stranger.
    """
    row = addresses.by_keys(conn, [event.sender.key]).get(event.sender.key)
    if row is None:
        return
    conversation = conversations.by_keys(conn, [row.home or row.key], lock=True).get(row.home or row.key)
    if conversation is None:
        return
    if event.to is None:
        moves.drop_proofs(conn, conversation, now)
    elif row.home and event.reason != numbers.CHANGED:  # one of several addresses of a conversation that stays
        addresses.drop(conn, [row.key])
        learn_aliases(hub, conn, conversation, (event.to, *event.aliases), now)
    elif event.to.key != event.sender.key:
        _Move(hub, conn, event, event.to, conversation, now).make()


class _Move:
    """Carries out one change of address, within its transaction."""

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
        there = addresses.by_keys(conn, [to.key]).get(to.key)
        self.there = there if there is None or there.home != conversation.key else None  # known elsewhere

    def make(self) -> None:
        """Changes the addresses first, so that nothing finds the old ones; then what belongs to them."""
        addresses.drop(self.conn, [row.key for row in self.old])
        customer_id = self.was.customer_id
        if self.there:
            both = join(self.conn, customer_id, self.there.customer_id, self.event.reason, self.now)
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
        """Finds the addresses given up: the sender's and the conversation's. With a new number all: Meta gives a new id
        then ("Business-scoped user IDs")."""
        left = {self.event.sender.key, self.was.key}
        new = {self.to.key, *(alias.key for alias in self.event.aliases)}
        every = self.event.reason == numbers.CHANGED
        here = addresses_here(self.conn, self.was)
        return [row for row in here if (every or row.key in left) and row.key not in new]

    def _readdress(self) -> None:
        """Moves the conversation to the new address, where nobody is known."""
        proved = None if self.event.reason == numbers.CHANGED else self.was.proved
        where = (self.conn, self.hub.store, self.to, self.was.customer_id, self.now)
        addresses.add(*where, phone=proved)
        addresses.set_home(self.conn, self.was.key, self.to.key)
        moves.readdress(self.conn, self.was, self.to)
        self._follow(self.to.key)

    def _go_on(self, key: str) -> None:
        """Goes on in the conversation that they have there already; this one stays on the timeline."""
        addresses.set_home(self.conn, self.was.key, key)
        there = conversations.by_keys(self.conn, [key], lock=True).get(key)
        if there:
            hand_over(self.conn, self.was, there)
        moves.retire(self.conn, self.was, there.address if there else self.to)
        self._follow(key)

    def _part(self) -> None:
        """Keeps the two apart, as the store has another account for the person at the new address."""
        log.warning("a number moved to another customer", extra={"conversation_id": self.was.id})
        moves.retire(self.conn, self.was)

    def _follow(self, key: str) -> None:
        moves.follow(self.conn, self.was.key, key, self.event.sent_at, self.hub.shards)

    def _renumber(self, customer_id: str) -> None:
        """Takes the new number for orders and notices; the old one proves nothing any more."""
        new = next((each.phone for each in (self.to, *self.event.aliases) if each.phone), None)
        given_up = {row.number for row in self.old if row.number and row.number != new}
        for old in sorted(given_up):
            self._leave(customer_id, old)
            moves.renumber_customer(self.conn, customer_id, old, new)
            order_writing.renumber(self.conn, customer_id, old, new)
            numbers.note(self.conn, customer_id, old, new, self.now)

    def _leave(self, customer_id: str, old: str) -> None:
        """Retires other channels by the old number; a STOP said there holds for the new number too."""
        rows = [row for row in addresses.of_customer(self.conn, customer_id) if row.address.phone == old]
        spoken = conversations.by_keys(self.conn, [row.key for row in rows])
        for row in rows:
            if row.key in spoken:
                moves.retire(self.conn, spoken[row.key])
            if self.to.phone:
                consents.carry(self.conn, row.channel, row.value, self.to.value, self.now, stops_only=True)
        addresses.drop(self.conn, [row.key for row in rows])
