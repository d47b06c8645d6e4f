"""Measures store events: each order and each parcel kept, and the notice it makes due decided; turns in between.

The store tells more than can be applied while the measurement lasts, and customers write at an even pace beside it.
Counted is what was told and no longer waits, from the first call of the store on.
"""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from benchmarks.bench import Bench
from benchmarks.people import QUESTIONS, order_and_parcel, tell_orders
from benchmarks.product import Product
from benchmarks.report import percentile
from benchmarks.rig import Rig
from storage.engine.store import Store
from storage.notices.tables import notices
from storage.queues import inbox
from storage.queues.tables import inbox as inbox_table

CUSTOMERS, RATE, CONNECTIONS = 100, 20, 8
FIRST_BUYER = 20_000  # nobody who writes
MOST_PER_SECOND = 1_500  # more than is applied
CHUNK = 125  # buyers told of in one call, two events each


def run(bench: Bench) -> None:
    """Runs the product with one worker on SQLite."""
    rig = bench.rig()
    product = Product(bench.folder / "var", bench.processes)
    with product.running(), product.store() as store:
        tell_orders(product, CUSTOMERS)
        load = {**product.rig_arguments, "conversations": CUSTOMERS, "connections": CONNECTIONS, "rate": RATE}
        rig.run(QUESTIONS, **load, seconds=CUSTOMERS / RATE)
        _measure(bench, rig, product, store, load)


def _measure(bench: Bench, rig: Rig, product: Product, store: Store, load: dict[str, object]) -> None:
    seconds = bench.length.load_seconds * 2
    number = int(seconds * MOST_PER_SECOND / 2)
    meter = bench.meter()
    at_work = rig.start(QUESTIONS, **load, seconds=seconds + 1, drain=60)
    begun = time.monotonic()
    _tell(product, number)
    while (waiting := _waiting(store)) and time.monotonic() - begun < seconds:
        time.sleep(0.1)
    lasted = time.monotonic() - begun
    applied = 2 * number - waiting
    decided = f"{applied:,} events in {lasted:.1f} s, {_decided(store):,} notices decided"
    cpu = meter.ms_per(applied)
    outcome = at_work.wait()
    bench.figure("store events applied", applied / lasted, "events/s", cpu_ms=cpu, remark=decided, ok=applied > 0)
    bench.answers(f"turns at {RATE}/s beside it", outcome, {})
    bench.figure(f"turns at {RATE}/s beside it, p99", percentile(outcome.answer_us, 0.99), "ms")


def _tell(product: Product, number: int) -> None:
    """Tells orders of a moment ago and their parcels on the way: each parcel is news."""
    then = datetime.now(UTC) - timedelta(seconds=5)
    for first in range(0, number, CHUNK):
        buyers = range(FIRST_BUYER + first, FIRST_BUYER + min(first + CHUNK, number))
        product.tell([event for buyer in buyers for event in order_and_parcel(buyer, then)])


def _waiting(store: Store) -> int:
    waits = (inbox.IS_PENDING, inbox_table.c.lane == inbox.STORE_LANE)
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(inbox_table).where(*waits)) or 0


def _decided(store: Store) -> int:
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(notices)) or 0
