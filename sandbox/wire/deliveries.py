"""Posts a stand-in's webhooks, or holds them until they are let go: how every shop and service is told to misbehave."""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from sandbox.wire.webhooks import Answer

T = TypeVar("T")


class HeldDeliveries(ABC, Generic[T]):
    """Holds back, repeats and turns round what a stand-in makes; `_send` posts one of them."""

    def __init__(self) -> None:
        self._held: list[T] = []

    async def post(self, delivery: T, times: int = 1) -> list[Answer]:
        """Posts it, as often as said."""
        return [await self._send(delivery) for _ in range(times)]

    def hold(self, delivery: T) -> None:
        """Keeps one until `release`."""
        self._held.append(delivery)

    async def release(self, *, turned: bool) -> list[Answer]:
        """Posts what was held, the last one first if `turned`."""
        held, self._held = self._held, []
        return [answer for each in (reversed(held) if turned else held) for answer in await self.post(each)]

    def reset(self) -> None:
        """Forgets what was held."""
        self._held.clear()

    @abstractmethod
    async def _send(self, delivery: T) -> Answer: ...
