"""Measures signed webhooks answered with 2xx only when they are kept: how many a second, and how long one waits.

Web and Valkey run, the worker does not: what is measured is the taking in. A bare Flask view with the same HMAC, JSON,
INSERT, committer and web server stands beside it; the two are loaded in turn, several times, so that a busy moment of
the machine falls on both. The rate is all that was taken in all rounds; the ratio is the median of the rounds' ratios.
"""

import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
from sqlalchemy import func, select

from benchmarks import postgres
from benchmarks.bench import Bench
from benchmarks.people import QUESTIONS
from benchmarks.processes import wait_until
from benchmarks.product import APP_SECRET, Product, free_port, listens
from benchmarks.report import percentile
from benchmarks.rig import Outcome, Rig, Unavailable
from storage.engine.store import Store
from storage.queues.tables import inbox

CONNECTIONS = 64
CONVERSATIONS = 400
ROUNDS = 5
TEXTS = dict.fromkeys(QUESTIONS, "")


class Round(msgspec.Struct):
    """What one side took in one round, and what that cost its processes."""

    outcome: Outcome
    cpu: dict[str, float]


def run(bench: Bench) -> None:
    """Runs the product and the bare view on SQLite, then on PostgreSQL if it is installed."""
    rig = bench.rig()
    (bench.folder / "bare").mkdir()
    _compare(bench, rig, "SQLite", Product(bench.folder / "sqlite", bench.processes), bench.folder / "bare" / "bare.db")
    try:
        with postgres.cluster(bench) as url, postgres.cluster(bench) as other:
            product = Product(bench.folder / "postgres", bench.processes, DATABASE_URL=url)
            _compare(bench, rig, "PostgreSQL", product, other)
    except Unavailable as missing:
        bench.figure("PostgreSQL", None, "", remark=f"skipped: {missing}")


def _compare(bench: Bench, rig: Rig, name: str, product: Product, bare: object) -> None:
    database = str(bare) if "://" in str(bare) else f"sqlite:///{bare}"
    with product.running("valkey", "web"), product.store() as store, bare_view(bench, database) as port:
        address = {key: value for key, value in product.rig_arguments.items() if key != "provider_port"}
        sides = (address, {"product_port": port, "secret": APP_SECRET})
        warm = [_load(bench, rig, side, 1.0) for side in sides]
        share = bench.length.load_seconds / ROUNDS
        rounds = [[_load(bench, rig, side, share) for side in sides] for _ in range(ROUNDS)]
        ours, theirs = [each[0] for each in rounds], [each[1] for each in rounds]
        rate = _figure(bench, f"{name}, saturated", ours)
        _figure(bench, f"{name}, a bare Flask view, saturated", theirs)
        half = _load(bench, rig, address, bench.length.rate_seconds * 0.6, rate / 2)
        _figure(bench, f"{name}, at half of that", [half])
        taken, kept = sum(each.outcome.accepted for each in (warm[0], *ours, half)), _kept(store)
    ratio = statistics.median(_rate([mine]) / _rate([other]) for mine, other in rounds)
    words = f"{taken:,} answered 2xx, {kept:,} rows kept"
    bench.figure(f"{name}, of a bare Flask view", ratio, "ratio", remark=words, ok=taken == kept)


def _load(bench: Bench, rig: Rig, address: dict[str, object], seconds: float, rate: float = 0) -> Round:
    """Posts as many as possible, or at an even rate."""
    load = {**address, "expect_answers": 0, "conversations": CONVERSATIONS, "connections": CONNECTIONS}
    meter = bench.meter()
    outcome = rig.run(TEXTS, **load, seconds=seconds, rate=rate)
    return Round(outcome, meter.ms_per(outcome.accepted, outcome.cpu_us))


def _figure(bench: Bench, what: str, rounds: Sequence[Round]) -> float:
    times = [us for each in rounds for us in each.outcome.accept_us]
    refused = sum(each.outcome.refused for each in rounds)
    rate = _rate(rounds)
    bench.figure(
        what,
        rate,
        "requests/s",
        p50_ms=percentile(times, 0.5),
        p99_ms=percentile(times, 0.99),
        cpu_ms=_mean_cpu(rounds),
        remark=f"FAULTS: {refused} refused" if refused else f"{CONNECTIONS} connections, {len(rounds)} rounds",
        ok=not refused,
    )
    return rate


def _rate(rounds: Sequence[Round]) -> float:
    """Counts requests answered with 2xx a second."""
    return sum(len(each.outcome.accept_us) for each in rounds) / sum(each.outcome.seconds for each in rounds)


def _mean_cpu(rounds: Sequence[Round]) -> dict[str, float]:
    names = dict.fromkeys(name for each in rounds for name in each.cpu)
    return {name: statistics.mean(each.cpu.get(name, 0.0) for each in rounds) for name in names}


def _kept(store: Store) -> int:
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(inbox)) or 0


@contextmanager
def bare_view(bench: Bench, database: str) -> Iterator[int]:
    """Runs the yardstick's server; yields its port."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare_flask", str(port), APP_SECRET, database]
    process = bench.processes.start(command)
    try:
        wait_until(lambda: listens(port), 30, "starting the bare Flask view")
        yield port
    finally:
        bench.processes.stop(process)
