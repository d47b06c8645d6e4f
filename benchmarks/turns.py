"""Measures from a customer's message to the answer at the provider: sustained rate, latency, each answer once."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.bench import Bench
from benchmarks.people import ECHO, QUESTIONS, tell_orders
from benchmarks.processes import wait_until
from benchmarks.product import ACCOUNT, APP_SECRET, Product, free_port, listens
from benchmarks.rig import Rig

RATE = 100
ANSWER_MS = 150  # what a real platform takes
PROVIDER_CONNECTIONS = 32


def run(bench: Bench) -> None:
    """Runs the product with one worker on SQLite, then a bot that stores nothing."""
    rig = bench.rig()
    product = Product(bench.folder / "var", bench.processes)
    with product.running():
        tell_orders(product, bench.length.conversations)
        _warm_up(bench, rig, product)
        ours = _saturate(bench, rig, product, "saturated, one worker")
        _steady(bench, rig, product)
        _saturate(bench, rig, product, "saturated, with sent, delivered and read receipts", receipts=1)
        _saturate(bench, rig, product, f"saturated, provider answers after {ANSWER_MS} ms", answer_ms=ANSWER_MS)
    floor = _baseline(bench, rig)
    bench.figure(
        "saturated, of the echo bot", ours / floor, "ratio", remark="durable product to a bot that stores nothing"
    )


def customers(bench: Bench, product: Product) -> dict[str, object]:
    """Makes the rig's arguments for the benchmark's customers."""
    return {**product.rig_arguments, "conversations": bench.length.conversations, "connections": PROVIDER_CONNECTIONS}


def _warm_up(bench: Bench, rig: Rig, product: Product) -> None:
    """Lets every customer write once: conversations exist, caches are filled."""
    rig.run(QUESTIONS, **customers(bench, product), seconds=2, drain=20)


def _saturate(bench: Bench, rig: Rig, product: Product, what: str, **more: object) -> float:
    """Lets every customer write again as soon as they are answered."""
    meter = bench.meter()
    outcome = rig.run(QUESTIONS, **customers(bench, product), seconds=bench.length.load_seconds, drain=30, **more)
    remark = f"{bench.length.conversations} conversations at once"
    if outcome.receipts:
        remark += f", {outcome.receipts:,} receipts taken in, {outcome.receipts / outcome.seconds:,.0f}/s on average"
    return bench.answers(what, outcome, meter.ms_per(outcome.answered, outcome.cpu_us), remark).value or 0.0


def _steady(bench: Bench, rig: Rig, product: Product) -> None:
    meter = bench.meter()
    outcome = rig.run(QUESTIONS, **customers(bench, product), rate=RATE, seconds=bench.length.rate_seconds)
    figure = bench.answers(f"at {RATE}/s", outcome, meter.ms_per(outcome.answered, outcome.cpu_us))
    bench.figure(f"at {RATE}/s, p50", figure.p50_ms, "ms")
    bench.figure(f"at {RATE}/s, p99", figure.p99_ms, "ms")
    bench.figure(f"at {RATE}/s, CPU of the worker", figure.cpu_ms.get("worker"), "ms/turn")


def _baseline(bench: Bench, rig: Rig) -> float:
    """Runs a minimal aiohttp bot: verifies, answers, keeps nothing."""
    with echo_bot(bench) as arguments:
        load = {**arguments, "conversations": bench.length.conversations, "connections": PROVIDER_CONNECTIONS}
        rig.run(ECHO, **load, seconds=1)
        meter = bench.meter()
        outcome = rig.run(ECHO, **load, seconds=bench.length.load_seconds / 2)
        floor = bench.answers(
            "baseline, saturated: aiohttp echo bot, nothing stored",
            outcome,
            meter.ms_per(outcome.answered, outcome.cpu_us),
        )
        meter = bench.meter()
        outcome = rig.run(ECHO, **load, rate=RATE, seconds=bench.length.rate_seconds / 2)
        bench.answers(f"baseline at {RATE}/s", outcome, meter.ms_per(outcome.answered, outcome.cpu_us))
    return floor.value or 1.0


@contextmanager
def echo_bot(bench: Bench) -> Iterator[dict[str, object]]:
    """Runs the baseline bot; yields the rig's arguments."""
    port, provider_port = free_port(), free_port()
    command = [sys.executable, "-m", "benchmarks.echo_bot", str(port), str(provider_port), APP_SECRET]
    process = bench.processes.start(command)
    try:
        wait_until(lambda: listens(port), 20, "starting the echo bot")
        yield {"product_port": port, "provider_port": provider_port, "secret": APP_SECRET, "account": ACCOUNT}
    finally:
        bench.processes.stop(process)
