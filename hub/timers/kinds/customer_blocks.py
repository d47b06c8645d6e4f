"""Has providers block a customer whom we block, and let them through when that is over."""

from datetime import datetime

from hub.customers import blocks
from hub.hub import Hub
from hub.timers.kind import Kind


async def _handle(hub: Hub, subject: str, now: datetime) -> datetime | None:
    return await blocks.tell_providers(hub, subject, now)


KIND = Kind(_handle)
