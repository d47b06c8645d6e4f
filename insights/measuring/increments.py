"""Measures what changed, a stretch of time after the other: written once and anew whenever more is known."""

import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from types import MappingProxyType

from insights.measuring import kinds
from insights.measuring.measurer import Measurer, Shop
from storage.engine.store import Store
from storage.insight import measures

GROUP = 100  # of what is measured in one transaction


@cache
def measurers() -> Mapping[str, Measurer]:
    """Finds all measurers of `insights.measuring.kinds`, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
    return MappingProxyType({name: import_module(f"{kinds.__name__}.{name}").MEASURER for name in names})


def measure_all(store: Store, shop: Shop, since: datetime, until: datetime, now: datetime) -> None:
    """Measures with all measurers what happened, or came to be known, between two moments."""
    for measurer in measurers().values():
        measure(store, measurer, shop, since, until, now)


def measure(store: Store, measurer: Measurer, shop: Shop, since: datetime, until: datetime, now: datetime) -> None:
    """Measures what happened, or came to be known, between two moments."""
    with store.read() as conn:
        changed = sorted(measurer.changed(conn, since, until))
    for group in _groups(changed):
        with store.write() as conn:  # whoever is erased while they are measured would come back with a later write
            rows = list(measurer.measure(conn, group, shop, now))
            measures.replace(conn, store, measurer.metrics, group, rows)


def _groups(all_: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (all_[start : start + GROUP] for start in range(0, len(all_), GROUP))
