"""Defines what is asked of a channel whose provider keeps customers away from us, where we want that."""

from typing import Protocol, runtime_checkable

from core.people.addresses import Address


@runtime_checkable
class Blocker(Protocol):
    """Keeps what somebody writes from us, or lets it through again: a channel whose provider can is one."""

    async def block(self, who: Address, *, blocked: bool) -> None:
        """Blocks an address, or ends that; what is so already stays so. Raises SendError."""
        ...
