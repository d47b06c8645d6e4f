"""Defines what is asked of the store's own system: to do something, to hear what happened here, to tell us more."""

from datetime import datetime
from typing import Protocol

from core.ports.channel import Finding
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import ShopAnswer
from core.shop.store_events import StoreEvent


class ShopActions(Protocol):
    """Asks the store's system to do what a customer wants: cancel an order, make a return, …"""

    @property
    def actions(self) -> frozenset[str]:
        """Names what it can be asked for, by `core.shop.shop_actions.ShopAction`."""
        ...

    async def ask(self, request: OutgoingEvent) -> ShopAnswer:
        """Makes one call. The same request may be made again: by its `data["id"]` it is carried out once.

        Raises SendError: CONTENT_REJECTED is final, everything else may pass.
        """
        ...

    async def check(self) -> str:
        """Asks whether it would be heard; returns a line for people. Raises SendError."""
        ...


class Listener(Protocol):
    """Hears what happened here."""

    async def tell(self, fact: OutgoingEvent) -> None:
        """Tells one fact. Raises SendError: CONTENT_REJECTED ("gone") is final, everything else may pass."""
        ...


class ShopConnection(Protocol):
    """Looks after what a store's system tells us by itself."""

    @property
    def name(self) -> str:
        """Names the store, as the source of its events does."""
        ...

    async def status(self, base_url: str) -> list[Finding]:
        """Looks whether everything is told to us at `base_url`. Raises SendError."""
        ...

    async def setup(self, base_url: str) -> list[Finding]:
        """Makes and mends what is needed for that; lists what changed. Raises SendError."""
        ...

    async def missed(self, since: datetime) -> list[StoreEvent]:
        """Fetches what changed since then, oldest first. Raises SendError."""
        ...
