"""Finds the shops and carriers that can be connected: a module beside this file that declares `KIND`."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from adapters.transport.http import Http
from bots.wiring.sources.source import EventSource, SourceKind
from config.settings import Settings
from core.errors import ConfigurationError
from core.ports.shop import ShopActions, ShopConnection


@cache
def kinds() -> tuple[SourceKind, ...]:
    """Lists the kinds, by name."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return tuple(sorted((each.KIND for each in modules if hasattr(each, "KIND")), key=lambda kind: kind.name))


def event_sources(settings: Settings) -> list[EventSource]:
    """Makes those that send us webhooks. Raises ConfigurationError, also for more than one shop: the orders of two may
    have the same number, and who is asked to do something with one would be the wrong shop."""
    found = [(kind, source) for kind in kinds() if (source := kind.events(settings))]
    shops = [kind.setting for kind, _ in found if kind.is_shop]
    if len(shops) > 1:
        words = "are both set, and one desk serves one shop; leave one, and run another desk for the other"
        raise ConfigurationError(f"{' and '.join(shops)}: {words}")
    return [source for _, source in found]


def connections(settings: Settings, http: Http) -> list[ShopConnection]:
    """Makes the connection to each that can be asked. Raises ConfigurationError."""
    return [found for kind in kinds() if (found := kind.connection(settings, http))]


def actions(settings: Settings, http: Http) -> ShopActions | None:
    """Makes the port to the shop that carries out what customers want, if one does. Raises ConfigurationError."""
    return next((found for kind in kinds() if (found := kind.actions(settings, http))), None)
