"""Describes a system that tells us of orders and parcels by itself: a shop, or a carrier's tracking service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.transport.http import Http
from config.settings import Settings
from core.ports.shop import ShopActions, ShopConnection
from core.ports.webhooks import RawRequest
from core.shop.store_events import Ignored, StoreEvent


@dataclass(frozen=True)
class EventSource:
    """Verifies and parses the webhooks that one system sends to `path`.

    `verify` raises SignatureInvalid; `parse`, given when it was received, raises MalformedPayload. `is_ping` knows a
    call that only asks if anybody is there: it is answered before it is verified, and nothing is kept of it.
    """

    name: str
    path: str
    verify: Callable[[RawRequest], None]
    parse: Callable[[RawRequest, datetime], list[StoreEvent | Ignored]]
    is_ping: Callable[[RawRequest], bool] = lambda _request: False


@dataclass(frozen=True)
class SourceKind:
    """What can be made of the settings of one kind of system; each function returns None where it is off.

    `setting` is the one that names a shop; carriers have none. `events` raises ConfigurationError for half of what it
    needs. `off` and `deaf` are the doctor's words where nothing
    is set, and where webhooks are taken and nothing can be asked.
    """

    name: str
    events: Callable[[Settings], EventSource | None]
    connection: Callable[[Settings, Http], ShopConnection | None] = lambda _settings, _http: None
    actions: Callable[[Settings, Http], ShopActions | None] = lambda _settings, _http: None
    off: str = ""
    deaf: str = ""
    setting: str = ""

    @property
    def is_shop(self) -> bool:
        """Tells whether orders are made there, so that it can be asked to do something with one."""
        return bool(self.setting)
