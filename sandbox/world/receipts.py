"""Plays the receipts of a sent message, in time, or as a fault has them."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from sandbox.world.people import Phone
from sandbox.world.world import World

Send = Callable[[], Awaitable[None]]


class Step(msgspec.Struct, frozen=True):
    """A receipt to send `after` seconds from the send."""

    name: str
    after: float
    send: Send


class Receipts:
    """Plays receipts; holds back "read" until somebody looks at the phone."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._unread: dict[str, list[Send]] = {}

    def play(self, platform: str, phone: Phone | None, steps: list[Step]) -> None:
        """Sends these receipts in the background, changed by the platform's receipt faults."""
        if not self._world.pace.receipts:
            return
        self._world.spawn(self._play(phone, self._disturb(platform, steps)))

    async def look(self, phone: Phone) -> None:
        """Opens the chat, as the customer does: everything delivered becomes read."""
        phone.looking = True
        for send in self._unread.pop(phone.id, []):
            await send()

    def _disturb(self, platform: str, steps: list[Step]) -> list[Step]:
        faults = self._world.faults
        if faults.take(platform, ("no_receipts",)):
            return []
        if faults.take(platform, ("reorder_receipts",)):
            times = [step.after for step in steps]
            steps = [Step(step.name, after, step.send) for step, after in zip(reversed(steps), times, strict=True)]
        if faults.take(platform, ("duplicate_receipts",)):
            steps = [step for step in steps for _ in range(2)]
        return steps

    async def _play(self, phone: Phone | None, steps: list[Step]) -> None:
        passed = 0.0
        for step in steps:
            await asyncio.sleep(max(0.0, step.after - passed))
            passed = max(passed, step.after)
            if step.name == "read" and phone and not (phone.looking and self._world.pace.looking):
                self._unread.setdefault(phone.id, []).append(step.send)
            else:
                await step.send()
