"""Asks for the names of customers whom no message names: due by their addresses' rows."""

from datetime import datetime

from hub.customers import names
from hub.hub import Hub
from hub.timers.kind import Kind


async def _handle(hub: Hub, _subject: str, now: datetime) -> None:
    await names.ask(hub, now)


KIND = Kind(_handle)
