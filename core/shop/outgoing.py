"""Defines what leaves for the store: facts that we tell, and requests for an action, as CloudEvents."""

from datetime import UTC, datetime
from typing import Any

import msgspec

SOURCE = "doorstep"


class OutgoingEvent(msgspec.Struct, frozen=True):
    """One event. `id` stays the same however often it is sent; `type` begins with "doorstep.".

    `remote_id` is the store's name for what it took of it already, `order_id` its system's name for the order; both do
    not leave with it.
    """

    id: str
    type: str
    subject: str
    time: datetime
    data: dict[str, Any]
    remote_id: str = ""
    order_id: str = ""

    def document(self) -> dict[str, Any]:
        """Returns it as CloudEvents 1.0 JSON."""
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": SOURCE,
            "type": self.type,
            "subject": self.subject,
            "time": stamp(self.time),
            "data": self.data,
        }


def stamp(moment: datetime) -> str:
    """Writes a time as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
