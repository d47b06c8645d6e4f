"""Ends sends whose outcome nobody knows: due by the outbox's rows."""

from datetime import datetime

from hub.delivery.outcomes import ambiguous
from hub.hub import Hub
from hub.timers.kind import Kind


def _handle(hub: Hub, _subject: str, _now: datetime) -> None:
    ambiguous.sweep(hub)


KIND = Kind(_handle)
