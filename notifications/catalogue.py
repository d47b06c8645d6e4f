"""All kinds of notice, found in `notifications.kinds`, and which of them an event makes due."""

import pkgutil
from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from importlib import import_module
from types import MappingProxyType

from core.orders import Order
from core.store_events import StoreEvent
from notifications import kinds
from notifications.notice import Change, Kind, Notice

SILENT_AFTER = timedelta(hours=48)  # older events are history: an import, a long outage


def notices_due(before: Order | None, after: Order, event: StoreEvent, told: Set[str], now: datetime) -> list[Notice]:
    """The notices that `event` makes due, by turning `before` into `after`.

    `told` holds the business keys of the order's notices so far (sent or not); none of them comes again. An event more
    than 48 hours old makes nothing due.
    """
    if event.at < now - SILENT_AFTER:
        return []
    change = Change(before, after, event, told, now)
    due = [notice for kind in KINDS.values() for notice in kind.due(change)]
    return [notice for notice in due if notice.key not in told]


def find_kind(name: str) -> Kind | None:
    """The kind of this name, written with `_` or `-`."""
    return KINDS.get(name.replace("-", "_"))


def _found() -> Mapping[str, Kind]:
    names = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
    found: list[Kind] = [import_module(f"{kinds.__name__}.{name}").KIND for name in names]
    return MappingProxyType({kind.name: kind for kind in sorted(found, key=lambda kind: kind.priority)})


KINDS = _found()
