"""Makes the source of EasyPost's webhooks."""

from functools import partial

from adapters.carriers.easypost.parse import NAME, parse
from adapters.carriers.easypost.verify import PATH, verify
from bots.wiring.sources.source import EventSource, SourceKind
from config.settings import Settings, reveal_all


def _events(settings: Settings) -> EventSource | None:
    secrets = reveal_all(settings.easypost_webhook_secret)
    return EventSource(NAME, PATH, partial(verify, secrets=secrets), parse) if secrets else None


KIND = SourceKind(
    NAME,
    _events,
    off="off; to hear of parcels from EasyPost set EASYPOST_WEBHOOK_SECRET (the secret that you gave the webhook)",
)
