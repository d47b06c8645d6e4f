"""Measures the desk in Slack: customers' words, agents' replies, forms, and many cases that are opened at once.

The stand-ins take as long for a call as real platforms do, and hold Slack's limits: one post a second in a channel,
with a burst of five. Beside it, under the same load, a Bolt app that keeps nothing.
"""

import itertools
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from benchmarks import wire
from benchmarks.bench import Bench
from benchmarks.processes import wait_until
from benchmarks.product import Product, free_port, listens
from benchmarks.report import Breakdown, percentile
from benchmarks.standins import AGENTS, Json, Standins

ANSWER_SECONDS = 0.15  # what a real platform takes
LIMITS = {"slack_rate": 1, "slack_burst": 5}
WANTS, FORM = "agent", "case_resolve"
LINES = ("The first line of", "The second line of")
LATER = 0.4  # of the pause between two messages: then an agent answers the first
PATIENCE = 240
STRANGERS = LIMITS["slack_burst"]  # customers of the plain app: its posts are not paced

Threads = Mapping[str, str]  # by phone, or by name


def run(bench: Bench) -> None:
    """Runs the product with the stand-ins, then the plain app with stand-ins of its own."""
    product = Product(bench.folder / "var", bench.processes)
    standins = Standins(bench.folder / "standins", bench.processes, product.port)
    product.settings |= standins.settings
    with standins.running(**LIMITS), product.running():
        standins.answer_after(ANSWER_SECONDS)
        threads = _open(bench, standins)
        ours = _talk(bench, standins, dict(itertools.islice(threads.items(), bench.length.desk_talks)))
        _press(bench, standins, list(threads.values()))
        _limits(bench, standins)
    with _plain_app(bench) as others:
        plain = _talk(bench, others, _greet(others), "plain Bolt app: ")
    for what, mine, its in zip(("customer's words", "agent's reply"), ours, plain, strict=True):
        bench.figure(f"{what}, of the plain app", mine / its, "ratio", remark="p50 to p50")


def _open(bench: Bench, standins: Standins) -> Threads:
    """Has many customers ask for a person at once, and each write two lines more; returns their threads."""
    names = [f"Customer {n:03d}" for n in range(bench.length.desk_cases)]
    phones = {name: standins.meet(name) for name in names}
    begun, last = time.time(), standins.wire.newest
    for name in names:
        standins.say(phones[name], WANTS)
    time.sleep(2)  # what follows at once is read together with it
    for part, name in itertools.product(LINES, names):
        standins.say(phones[name], f"{part} {name}")
    wait_until(lambda: _lines_at(standins) >= len(LINES) * len(names), PATIENCE, "posting every case and every line")
    standins.catch_up()
    posts = standins.posts()
    threads = {name: root for name in names if (root := standins.thread_of(name, posts))}
    made = wire.slack_calls(standins.wire.since(last))[wire.POST]
    seconds = max(float(post["ts"]) for post in posts) - begun
    _opened(
        bench, _faults(threads, posts, names), f"{len(threads)} cards and {len(names)} times two lines", made, seconds
    )
    return {phones[name]: root for name, root in threads.items()}


def _opened(bench: Bench, faults: dict[str, int], what: str, posts: int, seconds: float) -> None:
    words = ", ".join(f"{number} {fault}" for fault, number in faults.items() if number) or "all there, in order"
    allowed = LIMITS["slack_burst"] + LIMITS["slack_rate"] * seconds
    remark = f"{what} in {posts} posts, {seconds:.0f} s; {words}"
    bench.figure(
        "cases opened at once, share of the channel's pace",
        posts / allowed,
        "ratio",
        remark=remark,
        ok=not any(faults.values()),
    )


def _faults(threads: Threads, posts: list[Json], names: list[str]) -> dict[str, int]:
    """Counts cards and lines that are missing or there twice, and threads in which the second line stands first."""
    said = {
        name: "\n".join(each["text"] for each in posts if each.get("thread_ts") == threads.get(name)) for name in names
    }
    lines = [said[name].count(f"{part} {name}") for name in names for part in LINES]
    first, second = LINES
    return {
        "cards lost": len(names) - len(threads),
        "lines lost": lines.count(0),
        "lines repeated": sum(number > 1 for number in lines),
        "out of order": sum(said[name].find(f"{first} {name}") > said[name].find(f"{second} {name}") for name in names),
    }


def _lines_at(standins: Standins) -> int:
    return sum(post["text"].count(f"{part} Customer") for post in standins.posts() for part in LINES)


def _talk(bench: Bench, standins: Standins, threads: Threads, who: str = "") -> tuple[float, float]:
    """Has customers write and agents answer in turn; returns the p50 of both, in ms."""
    pause = bench.length.desk_pause / bench.length.desk_talks
    number = int(bench.length.desk_seconds / pause)
    words = [f"words {n:04d}" for n in range(number)]
    replies = [f"reply {n:04d}" for n in range(number)]
    time.sleep(LIMITS["slack_burst"] / LIMITS["slack_rate"])  # what came before has used the channel's burst
    last, meter, begun = standins.wire.newest, bench.meter(), time.monotonic()
    owned = zip(threads.items(), itertools.cycle(AGENTS))
    for n, ((phone, thread), agent) in zip(range(number), itertools.cycle(owned)):
        _wait_till(begun + n * pause)
        standins.say(phone, words[n])
        _wait_till(begun + (n + LATER) * pause)
        standins.reply(thread, replies[n], agent)
    time.sleep(3)  # receipts of the last, and their marks
    cpu = meter.ms_per(2 * number)
    standins.catch_up()
    between = standins.wire.since(last)
    heard, sent = wire.words_to_desk(between, words), wire.replies_to_provider(between, replies)
    pace = f"{number} messages, one of each customer in {bench.length.desk_pause:.0f} s"
    _figure(bench, f"{who}customer's words to the thread, p95", heard, 0.95, pace, cpu)
    _figure(bench, f"{who}agent's reply to the provider, p95", sent, 0.95, f"{number} replies")
    _figure(bench, f"{who}calls of Slack's acknowledged, p99", wire.acknowledged(between), 0.99)
    calls = wire.slack_calls(between)
    rows = [(method, count / number) for method, count in calls.most_common()]
    bench.breakdowns.append(Breakdown(f"{who}calls to Slack for a message and its answer", ("method", "calls"), rows))
    return percentile(heard.us, 0.5) or 1.0, percentile(sent.us, 0.5) or 1.0


def _press(bench: Bench, standins: Standins, cards: list[str]) -> None:
    """Has agents press a button that opens a form, one after the other."""
    last = standins.wire.newest
    for n in range(bench.length.desk_forms):
        standins.press(cards[n % len(cards)], FORM, AGENTS[n % len(AGENTS)])
        time.sleep(0.3)
    standins.catch_up()
    _figure(bench, "press to open form, p95", wire.forms(standins.wire.since(last)), 0.95)


def _limits(bench: Bench, standins: Standins) -> None:
    refused = wire.too_fast(standins.wire.exchanges)
    bench.figure("refused by Slack as too fast", refused, "calls", remark="429; each comes again")


def _figure(
    bench: Bench, what: str, taken: wire.Taken, share: float, remark: str = "", cpu: Mapping[str, float] | None = None
) -> None:
    lost = f"{len(taken.lost)} LOST: {', '.join(taken.lost[:3])}" if taken.lost else ""
    bench.figure(
        what,
        percentile(taken.us, share),
        "ms",
        p50_ms=percentile(taken.us, 0.5),
        p99_ms=percentile(taken.us, 0.99),
        cpu_ms=dict(cpu or {}),
        remark="; ".join(filter(None, (lost, remark))),
        ok=not taken.lost,
    )


@contextmanager
def _plain_app(bench: Bench) -> Iterator[Standins]:
    port = free_port()
    standins = Standins(bench.folder / "others", bench.processes, port)
    command = [sys.executable, "-m", "benchmarks.plain_desk", str(port)]
    with standins.running(**LIMITS):
        process = bench.processes.start(command, {**standins.settings, "PATH": ""})
        try:
            wait_until(lambda: listens(port), 20, "starting the plain app")
            standins.answer_after(ANSWER_SECONDS)
            yield standins
        finally:
            bench.processes.stop(process)


def _greet(standins: Standins) -> Threads:
    """Has as many customers write as may be posted at once; returns their threads."""
    phones = {f"Stranger {n}": standins.meet(f"Stranger {n}") for n in range(STRANGERS)}
    for phone in phones.values():
        standins.say(phone, WANTS)
    wait_until(lambda: all(standins.thread_of(name, standins.posts()) for name in phones), 20, "greeting the strangers")
    return {phone: standins.thread_of(name, standins.posts()) for name, phone in phones.items()}


def _wait_till(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
