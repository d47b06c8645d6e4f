"""Asks a fake store for something, in the name of a customer whom the house knows."""

import asyncio
import dataclasses
from collections import deque
from typing import Any

from core.people.conversations import Proof
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import EVERY_ACTION, ShopAnswer, ShopStatus
from flows.engine.effects import ShopRequest
from hub.hub import Outlets
from hub.outgoing import requests
from hub.outgoing.sender import OutgoingSender
from storage.conversations import conversations
from storage.outgoing import rows
from tests.hub.house import WHATSAPP, House

CANCEL = ShopRequest("act-1", "order.cancel", "1001", {"reason": "changed_mind"})
DONE = ShopAnswer(ShopStatus.DONE)
PENDING = ShopAnswer(ShopStatus.PENDING)


class FakeShop:
    """Keeps what it is asked and told. `script` holds what comes of the next calls."""

    def __init__(self) -> None:
        self.actions = EVERY_ACTION
        self.script: deque[ShopAnswer | Exception] = deque()
        self.asked: list[OutgoingEvent] = []
        self.told: list[OutgoingEvent] = []

    async def ask(self, request: OutgoingEvent) -> ShopAnswer:
        """Gives the next answer of the script, else that it is done."""
        self.asked.append(request)
        answer = self.script.popleft() if self.script else DONE
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def tell(self, fact: OutgoingEvent) -> None:
        """Takes a fact, unless the script says otherwise."""
        self.told.append(fact)
        if self.script and isinstance(answer := self.script.popleft(), Exception):
            raise answer

    async def check(self) -> str:
        """Says that it is there."""
        return "takes our events"


class Asking:
    """Holds a house with a store that can be asked."""

    def __init__(self, house: House, *, listens: bool = True) -> None:
        self.house = house
        self.shop = FakeShop()
        outlets = Outlets(self.shop, self.shop if listens else None)
        house.hub = dataclasses.replace(house.hub, outlets=outlets)

    def ask(self, *asked: ShopRequest, proof: Proof = Proof.CONTACT) -> None:
        """Writes requests of a customer's as a turn does."""
        hub = self.house.hub
        with hub.store.write() as conn:
            where = conversations.by_keys(conn, [WHATSAPP.key])[WHATSAPP.key]
            made = [requests.row(hub, where, each, proof, hub.now()) for each in asked]
            rows.add(conn, hub.store, made)

    def call(self) -> int:
        """Makes all calls that are due, and handles what came back; returns how many calls there were."""
        made = asyncio.run(OutgoingSender(self.house.hub).look())
        self.house.drain()
        return made

    def states(self) -> list[tuple[str, str, int]]:
        """Lists (key, state, attempts) of all rows."""
        with self.house.store.read() as conn:
            found = rows.listed(conn, rows.STATES, 100)
        return [(each.key, each.state, each.attempts) for each in reversed(found)]

    def row(self, key: str = CANCEL.id) -> Any:
        """Reads one row."""
        with self.house.store.read() as conn:
            return rows.by_name(conn, key)
