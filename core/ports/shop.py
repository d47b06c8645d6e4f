"""Defines what is asked of the store's own system: to do something, and to hear what happened here."""

from typing import Protocol

from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import ShopAnswer


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
