"""Describes a system that tells us of orders and parcels by itself: a shop, or a carrier's tracking service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from adapters.transport.http import Http
from bots.wiring import clock_time
from config.settings import Settings
from core.ports.shop import ShopActions, ShopConnection
from core.ports.webhooks import RawRequest
from core.shop.store_events import Ignored, StoreEvent


class Shop(Protocol):
    """What the settings say of a shop."""

    @property
    def can_ask(self) -> bool:
        """Tells whether there is what calls need, beside what webhooks are signed by."""
        ...


Named = TypeVar("Named", bound=Shop)
Port = TypeVar("Port")


def asking(
    found: Callable[[Settings], Named | None], make: Callable[[Http, Named, Callable[[], datetime]], Port]
) -> Callable[[Settings, Http], Port | None]:
    """Makes what makes a port to a shop: None where the settings name none (`found`), or it cannot be asked."""

    def made(settings: Settings, http: Http) -> Port | None:
        shop = found(settings)
        return make(http, shop, clock_time.now) if shop is not None and shop.can_ask else None

    return made


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
