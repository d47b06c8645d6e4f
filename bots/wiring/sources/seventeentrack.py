"""Makes the source of 17TRACK's webhooks."""

from functools import partial

from adapters.carriers.seventeentrack.parse import NAME, parse
from adapters.carriers.seventeentrack.verify import PATH, verify
from bots.wiring.sources.source import EventSource, SourceKind
from config.settings import Settings, reveal_all


def _events(settings: Settings) -> EventSource | None:
    keys = reveal_all(settings.seventeentrack_key)
    return EventSource(NAME, PATH, partial(verify, keys=keys), parse) if keys else None


KIND = SourceKind(
    NAME,
    _events,
    off="off; to hear of parcels from 17TRACK set SEVENTEENTRACK_KEY (api.17track.net > Settings > Security)",
)
