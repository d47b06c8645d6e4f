"""Measures lists, pages, search, increments and exports over a long history, and whether they slow a turn."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from benchmarks.bench import Bench
from benchmarks.insight import looks
from benchmarks.insight.looks import Answer, Looker
from benchmarks.insight.stored import SHOP, Filled, databases, fill
from benchmarks.people import QUESTIONS, tell_orders
from benchmarks.product import Product
from benchmarks.report import percentile
from benchmarks.rig import Rig
from benchmarks.turns import customers
from insights.measuring.increments import measure_all
from storage.engine.store import Store
from storage.people.tables import messages

TIMES = 10
RATE = 20  # turns a second beside which somebody looks
INCREMENT = 400  # messages of customers
AT_ONCE = 100
SETTLE_SECONDS = 3
MONTH = timedelta(days=30)
TICK = timedelta(seconds=20)  # as often as it is measured
TICKS = [timedelta(hours=hours) for hours in range(1, 24)]  # so long ago are those that are measured anew
PLAIN = 30_000_000


def run(bench: Bench) -> None:
    """Fills both databases with the same history, and asks the running product."""
    rig = bench.rig()
    with databases(bench) as each:
        for name, product in each:
            stored = fill(product, bench.length)
            _stored(bench, name, stored)
            _plain(bench, name)
            _increment(bench, name, product, stored.now)
            with product.running():
                time.sleep(SETTLE_SECONDS)
                _pages(bench, name, product)
                _search(bench, name, product)
                _export(bench, name, product, stored.now)
                _many(bench, name, product)
                _turns(bench, rig, name, product)


def _stored(bench: Bench, name: str, stored: Filled) -> None:
    counted = ", ".join(f"{table} {number:,}" for table, number in sorted(stored.rows.items()) if number > 1000)
    said = stored.rows["messages"]
    remark = f"{counted}; its words found in {stored.finding:.0f} s, measured in {stored.measuring:.0f} s"
    bench.figure(f"{name}: history written", said / stored.writing, "messages/s", remark=remark)


def _plain(bench: Bench, name: str) -> None:
    """Adds numbers in plain Python, to set figures of different runs beside: a machine changes its pace."""
    begun = time.perf_counter()
    sum(range(PLAIN))
    bench.figure(f"{name}: {PLAIN:,} numbers added in plain Python", time.perf_counter() - begun, "s")


def _increment(bench: Bench, name: str, product: Product, now: datetime) -> None:
    """Measures stretches of time as the timer does, and the last one in which so many messages came."""
    with product.store() as store:
        took = [_measured(store, now - ago - TICK, now - ago, now) for ago in TICKS]
        since = _since(store, min(INCREMENT, bench.length.insight_messages // 10))
        at_once = _measured(store, since, now, now)
    median, last = (percentile([int(each * 1e6) for each in took], share) for share in (0.5, 0.99))
    remark = f"{len(took)} of {TICK.seconds} s in the last day"
    bench.figure(
        f"{name}: an increment of the measures", sum(took) / len(took), "s", p50_ms=median, p99_ms=last, remark=remark
    )
    remark = f"{INCREMENT:,} messages of customers, {(now - since).total_seconds() / 3600:.1f} h of this store"
    bench.figure(f"{name}: a long increment", at_once, "s", remark=remark)


def _measured(store: Store, since: datetime, until: datetime, now: datetime) -> float:
    begun = time.perf_counter()
    measure_all(store, SHOP, since, until, now)
    return time.perf_counter() - begun


def _since(store: Store, number: int) -> datetime:
    theirs = select(messages.c.at).where(messages.c.direction == "in").order_by(messages.c.id.desc())
    with store.read() as conn:
        found: datetime | None = conn.scalar(theirs.offset(number).limit(1))
    assert found is not None
    return found


def _pages(bench: Bench, name: str, product: Product) -> None:
    looker = Looker(product)
    for what, path in (
        ("first page of conversations, by the API", looks.LIST),
        ("first page of conversations", looks.CONVERSATIONS),
        ("numbers by day, by the API", looks.METRICS),
        ("overview", looks.OVERVIEW),
    ):
        first = looker.ask(path)
        _figure(bench, f"{name}: {what}", looker.ask_often(path, TIMES), f"the first time {first.us / 1000:.0f} ms")


def _search(bench: Bench, name: str, product: Product) -> None:
    looker = Looker(product)
    asked = {words: looker.ask_often(looks.search(words), 3) for words in looks.WORDS}
    slowest = max(asked, key=lambda words: max(answer.us for answer in asked[words]))
    every = [answer for answers in asked.values() for answer in answers]
    _figure(bench, f"{name}: search, p95", every, f"{len(asked)} searches; slowest: {slowest}", 0.95)


def _export(bench: Bench, name: str, product: Product, now: datetime) -> None:
    """Reads the contacts of a month as a file, which is streamed."""
    path = looks.EXPORT.format(first=(now - MONTH).date(), last=now.date())
    answer = Looker(product).ask(path)
    _figure(bench, f"{name}: a month as a file", [answer], f"its first bytes after {answer.first_us / 1000:.0f} ms")


def _many(bench: Bench, name: str, product: Product) -> None:
    answers = looks.at_once(product, looks.OVERVIEW, AT_ONCE)
    refused = [answer for answer in answers if answer.status == 429]
    remark = f"{len(answers) - len(refused)} answered, {len(refused)} asked to come later"
    ok = {answer.status for answer in answers} <= {200, 429} and len(answers) == AT_ONCE
    _figure(bench, f"{name}: overview, {AT_ONCE} at once", answers, remark, ok=ok)


def _turns(bench: Bench, rig: Rig, name: str, product: Product) -> None:
    """Lets customers write, alone and beside somebody who reloads pages all the time."""
    tell_orders(product, bench.length.conversations)
    load = {**customers(bench, product), "rate": RATE, "seconds": bench.length.rate_seconds, "drain": 30}
    rig.run(QUESTIONS, **{**load, "seconds": 2})
    alone = rig.run(QUESTIONS, **load)
    with looks.reloading(product, (looks.OVERVIEW, looks.CONVERSATIONS, looks.METRICS)) as answers:
        beside = rig.run(QUESTIONS, **load)
    for what, outcome in (("alone", alone), ("beside reloads", beside)):
        bench.answers(f"{name}: turns at {RATE}/s, {what}", outcome, {}, f"{len(answers)} pages" * (what != "alone"))
    for share in (0.5, 0.99):
        before, after = (percentile(outcome.answer_us, share) or 1.0 for outcome in (alone, beside))
        bench.figure(f"{name}: turn beside reloads to alone, p{share * 100:.0f}", after / before, "ratio")


def _figure(
    bench: Bench, what: str, answers: Sequence[Answer], remark: str = "", share: float = 0.5, *, ok: bool | None = None
) -> None:
    took = [answer.us for answer in answers]
    bench.figure(
        what,
        percentile(took, share),
        "ms",
        p50_ms=percentile(took, 0.5),
        p99_ms=percentile(took, 0.99),
        remark=f"{answers[0].size:,} bytes; {remark}",
        ok=all(answer.status == 200 for answer in answers) if ok is None else ok,
    )
