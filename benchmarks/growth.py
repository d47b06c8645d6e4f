"""Measures what a turn costs when little is stored, and when much is."""

import time

from benchmarks import history
from benchmarks.bench import Bench
from benchmarks.people import QUESTIONS, tell_orders
from benchmarks.product import Product
from benchmarks.report import Figure
from benchmarks.rig import Rig
from benchmarks.turns import RATE, customers

FEW_TURNS = 500  # a thousand messages
SETTLE_SECONDS = 3


def run(bench: Bench) -> None:
    """Lets the same customers write at the same pace before and after a year of history is put in."""
    rig = bench.rig()
    product = Product(bench.folder / "var", bench.processes)
    path = product.folder / "doorstep.db"
    with product.running():
        tell_orders(product, bench.length.conversations)
        rig.run(QUESTIONS, **customers(bench, product), rate=RATE, seconds=FEW_TURNS / RATE, receipts=1, drain=30)
        small = _measure(bench, rig, product, "with a thousand messages stored")
    begun = time.monotonic()
    history.fill(path, bench.length.stored_messages, bench.length.stored_conversations)
    filled = time.monotonic() - begun
    stored = ", ".join(f"{name} {number:,}" for name, number in history.rows(path).items())
    with product.running() as seconds:
        rig.run(QUESTIONS, **customers(bench, product), rate=RATE / 2, seconds=3, drain=30)
        large = _measure(bench, rig, product, f"with {bench.length.stored_messages:,} stored")
    size = path.stat().st_size / 1e9
    large.remark += f"; rows: {stored}; {size:.1f} GB, filled in {filled:.0f} s, ready after {seconds:.1f} s"
    bench.figure("cost of a turn, large to small", _cost(large) / _cost(small), "ratio", remark="CPU of web and worker")


def _measure(bench: Bench, rig: Rig, product: Product, what: str) -> Figure:
    time.sleep(SETTLE_SECONDS)
    meter = bench.meter()
    outcome = rig.run(QUESTIONS, **customers(bench, product), rate=RATE, seconds=bench.length.rate_seconds, drain=30)
    return bench.answers(f"at {RATE}/s, {what}", outcome, meter.ms_per(outcome.answered, outcome.cpu_us))


def _cost(figure: Figure) -> float:
    return figure.cpu_ms["web"] + figure.cpu_ms["worker"]
