"""Finds the kinds of notice in `notifications.kinds`, and which of them an event makes due."""

import pkgutil
from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from types import MappingProxyType
from typing import Any

from notifications import kinds
from notifications.notice import Change, Kind, Notice

SILENT_AFTER = timedelta(hours=48)  # older events are history: an import, a long outage


def notices_due(change: Change[Any]) -> list[Notice]:
    """Returns the notices that a change makes due, without those registered before (sent or not).

    An event more than 48 hours old makes nothing due.
    """
    if change.event.at < change.now - SILENT_AFTER:
        return []
    asked = [kind for kind in KINDS.values() if kind.subject is change.subject]
    due = [notice for kind in asked for notice in kind.due(change)]
    return [notice for notice in due if notice.key not in change.told]


def find_kind(name: str) -> Kind[Any] | None:
    """Finds the kind of this name, written with `_` or `-`."""
    return KINDS.get(name.replace("-", "_"))


def _found() -> Mapping[str, Kind[Any]]:
    names = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
    found: list[Kind[Any]] = [import_module(f"{kinds.__name__}.{name}").KIND for name in names]
    return MappingProxyType({kind.name: kind for kind in sorted(found, key=lambda kind: kind.priority)})


KINDS = _found()
