"""Takes the store's own events: CloudEvents 1.0 in JSON, posted to `/api/v1/events`."""

from adapters.shops.events.parse import MAX_EVENTS, Envelope, likely, parse, shapes
from adapters.shops.events.verify import verify

__all__ = ["MAX_EVENTS", "Envelope", "likely", "parse", "shapes", "verify"]
