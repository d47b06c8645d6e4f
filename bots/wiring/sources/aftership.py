"""Makes the source of AfterShip's webhooks."""

from functools import partial

from adapters.carriers.aftership.parse import NAME, parse
from adapters.carriers.aftership.verify import PATH, verify
from bots.wiring.sources.source import EventSource, SourceKind
from config.settings import Settings, reveal_all


def _events(settings: Settings) -> EventSource | None:
    secrets = reveal_all(settings.aftership_webhook_secret)
    return EventSource(NAME, PATH, partial(verify, secrets=secrets), parse) if secrets else None


KIND = SourceKind(
    NAME,
    _events,
    off="off; to hear of parcels from AfterShip set AFTERSHIP_WEBHOOK_SECRET (Tracking > Settings > Webhooks)",
)
