"""Fills an installation with a history, and makes it found and measured as the jobs of the product would."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from benchmarks.bench import Bench, Length
from benchmarks.insight import history
from benchmarks.postgres import cluster
from benchmarks.product import Product
from bots.wiring.insight import measuring
from core.ids import EPOCH
from hub.timers.kinds import search
from insights.measuring.increments import measure_all, measurers
from insights.measuring.measurer import Shop
from notifications.store.opening import Desk
from notifications.store.support_hours import SupportHours
from storage.engine import migrate
from storage.engine.store import Store
from storage.insight.sources import stories
from storage.people import naming
from storage.queues import timers
from storage.search import index

SHOP = Shop(history.ZONE, lambda team: Desk(SupportHours(), str(history.ZONE), team))
AT_ONCE = 5_000  # messages made found in one transaction
SEED = 11


class Filled(NamedTuple):
    """Says what was written, and the seconds for it, for its words and for its numbers."""

    rows: dict[str, int]
    now: datetime
    writing: float
    finding: float
    measuring: float


@contextmanager
def databases(bench: Bench) -> Iterator[Iterator[tuple[str, Product]]]:
    """Yields an installation for each database, by its name."""
    with cluster(bench) as url:
        sqlite = Product(bench.folder / "sqlite", bench.processes)
        postgres = Product(bench.folder / "postgres", bench.processes, DATABASE_URL=url)
        yield iter((("SQLite", sqlite), ("PostgreSQL", postgres)))


def fill(product: Product, length: Length) -> Filled:
    """Writes a history that ends now; nothing of it is left for the jobs to make up for."""
    now = datetime.now(UTC)
    messages, days = length.insight_messages, length.insight_days
    product.folder.mkdir(parents=True, exist_ok=True)
    with product.store() as store:
        migrate.upgrade(store)
        begun = time.monotonic()
        rows = history.fill(store, messages=messages, cases=length.insight_cases, seed=SEED, now=now, days=days)
        written = time.monotonic()
        _make_found(store)
        found = time.monotonic()
        _measure(store, now)
        measured = time.monotonic()
        with store.write() as conn:
            for kind, subjects in ((search.TIMER, [""]), (measuring.TIMER, list(measurers()))):
                timers.ensure(conn, store, kind, subjects, now)
                for subject in subjects:
                    timers.mark_done(conn, kind, subject, now)
    return Filled(rows, now, written - begun, found - written, measured - found)


def _make_found(store: Store) -> None:
    since: datetime | None = EPOCH
    while since is not None:
        with store.write() as conn:
            since = index.add_new(conn, store, since, AT_ONCE)
    last: str | None = ""
    while last is not None:
        with store.write() as conn:
            last = naming.take_in(conn, store, AT_ONCE, last)


def _measure(store: Store, now: datetime) -> None:
    with store.read() as conn:
        since = stories.first_said(conn) or now
    measure_all(store, SHOP, since, now, now)
