"""Applies receipts that were parked while their call was being recorded: due by their own rows."""

from datetime import datetime

from hub.delivery.outcomes import receipts
from hub.hub import Hub
from hub.timers.kind import Kind


def _handle(hub: Hub, _subject: str, _now: datetime) -> None:
    receipts.settle_late(hub)


KIND = Kind(_handle)
