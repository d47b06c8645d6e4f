"""Signed webhooks answered with 2xx only when they are kept: how many a second, and how long one waits.

Web and Valkey run, the worker does not: what is measured is the taking in.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from benchmarks import postgres
from benchmarks.bench import Bench
from benchmarks.people import QUESTIONS
from benchmarks.processes import wait_until
from benchmarks.product import APP_SECRET, Product, free_port, listens
from benchmarks.report import percentile
from benchmarks.rig import Outcome, Rig, Unavailable
from storage.queues.tables import inbox

CONNECTIONS = 64
CONVERSATIONS = 400
PROCESSES, THREADS = 2, 32  # of the web server, as the product's defaults


def run(bench: Bench) -> None:
    """A bare WSGI callable that stores nothing, then the product on SQLite, then on PostgreSQL if it is installed."""
    rig = bench.rig()
    with bare_server(bench) as port:
        floor = _load(
            bench, rig, {"product_port": port, "secret": APP_SECRET}, "baseline: bare WSGI, HMAC checked, not stored"
        )
    _durable(bench, rig, Product(bench.folder / "sqlite", bench.processes), "SQLite", floor)
    try:
        with postgres.cluster(bench) as url:
            product = Product(bench.folder / "postgres", bench.processes, DATABASE_URL=url)
            _durable(bench, rig, product, "PostgreSQL", floor)
    except Unavailable as missing:
        bench.figure("PostgreSQL", 0, "", remark=f"skipped: {missing}")


def _durable(bench: Bench, rig: Rig, product: Product, name: str, floor: float) -> None:
    with product.running("valkey", "serve"), product.store() as store:
        address = {key: value for key, value in product.rig_arguments.items() if key != "provider_port"}
        rate = _load(bench, rig, address, f"{name}, durable")
        with store.read() as conn:
            kept = conn.scalar(select(func.count()).select_from(inbox)) or 0
    taken = bench.accepted
    ratio = bench.figure(
        f"{name}, of bare WSGI", rate / floor, "ratio", remark=f"{taken:,} answered 2xx, {kept:,} rows kept"
    )
    ratio.ok = taken == kept


def _load(bench: Bench, rig: Rig, address: dict[str, object], what: str) -> float:
    """Warm-up, then as many as possible, then half as many at an even pace; the first in requests/s."""
    load = {**address, "expect_answers": 0, "conversations": CONVERSATIONS, "connections": CONNECTIONS}
    texts = dict.fromkeys(QUESTIONS, "")
    warm = rig.run(texts, **load, seconds=1)
    meter = bench.meter()
    full = rig.run(texts, **load, seconds=bench.length.load_seconds)
    rate = len(full.accept_us) / full.seconds
    _figure(bench, f"{what}, saturated", full, meter.ms_per(full.accepted, full.cpu_us))
    meter = bench.meter()
    half = rig.run(texts, **load, seconds=bench.length.rate_seconds * 0.6, rate=rate / 2)
    _figure(bench, f"{what}, at half of that", half, meter.ms_per(half.accepted, half.cpu_us))
    bench.accepted = warm.accepted + full.accepted + half.accepted
    return rate


def _figure(bench: Bench, what: str, outcome: Outcome, cpu: dict[str, float]) -> None:
    bench.figure(
        what,
        len(outcome.accept_us) / outcome.seconds,
        "requests/s",
        p50_ms=percentile(outcome.accept_us, 0.5),
        p99_ms=percentile(outcome.accept_us, 0.99),
        cpu_ms=cpu,
        remark=f"FAULTS: {outcome.refused} refused" if outcome.refused else f"{CONNECTIONS} connections",
        ok=not outcome.refused,
    )


@contextmanager
def bare_server(bench: Bench) -> Iterator[int]:
    """The baseline server; yields its port."""
    port = free_port()
    process = bench.processes.start(
        [sys.executable, "-m", "benchmarks.bare_wsgi", str(port), APP_SECRET, str(PROCESSES), str(THREADS)]
    )
    try:
        wait_until(lambda: listens(port), 20, "starting the bare server")
        yield port
    finally:
        bench.processes.stop(process)
