"""Measures WhatsApp at the most its provider takes: a number's pace and the pair limit, which the provider enforces.

Most recipients get one notice. Some get more at once than a recipient may, replies and notices, and come first: they
must wait for the pair limit without holding up the others.
"""

import time
from bisect import bisect_left
from typing import NamedTuple

from benchmarks.bench import Bench
from benchmarks.broadcast import ENOUGH, FIRST_RECIPIENT, MICROS, PACE, beginning, queue
from benchmarks.people import QUESTIONS, tell_orders
from benchmarks.product import Product
from benchmarks.rig import Outcome
from core.messages.outbound import Speaker
from storage.engine.store import Store

PAIR_SECONDS, PAIR_BURST = 6, 45
ONE_IN = 250  # gets more than the burst
CUSTOMERS, QUESTIONS_PER_SECOND = 50, 2
LEAD_SECONDS = 2  # customers write before the rest begins
FREE = 0.95  # of what no pair limit holds: until then there is always something to send
PATIENCE = 120


class Plan(NamedTuple):
    """How many recipients get one message, how many get so many more than their burst (each waits for 6 s)."""

    single: int
    frequent: int
    more: int

    @property
    def free(self) -> int:
        """Counts the messages that no pair limit holds."""
        return self.single + self.frequent * PAIR_BURST

    @property
    def queued(self) -> int:
        """Counts all messages."""
        return self.free + self.frequent * self.more

    def recipients(self) -> tuple[list[int], list[int]]:
        """Lists recipients (of replies, of notices), in order.

        First come the frequent ones, half of whom get replies, half notices.
        """
        frequent = range(FIRST_RECIPIENT, FIRST_RECIPIENT + self.frequent)
        half = self.frequent // 2
        single = range(FIRST_RECIPIENT + self.frequent, FIRST_RECIPIENT + self.frequent + self.single)
        each = PAIR_BURST + self.more
        return [*frequent[:half]] * each, [*frequent[half:]] * each + [*single]


def run(bench: Bench) -> None:
    """Queues everything, then waits for the last."""
    rig = bench.rig()
    settings = {"WHATSAPP_RATE": str(PACE), "WHATSAPP_PAIR_SECONDS": str(PAIR_SECONDS)}
    product = Product(bench.folder / "var", bench.processes, **settings)
    number = bench.length.paced_recipients
    plan = Plan(number, frequent=max(4, number // ONE_IN), more=max(3, number // 500))
    limits = {"limit_rate": PACE, "pair_seconds": PAIR_SECONDS, "pair_burst": PAIR_BURST}
    with product.running(), product.store() as store:
        tell_orders(product, CUSTOMERS)
        load = {**product.rig_arguments, "conversations": CUSTOMERS, "connections": 4, **limits}
        rig.run(QUESTIONS, **load, seconds=1, rate=CUSTOMERS)
        time.sleep(1)  # the next provider knows nothing of the last second of this one
        meter = bench.meter()
        asked = {"rate": QUESTIONS_PER_SECOND, "seconds": LEAD_SECONDS + plan.free / PACE}
        at_work = rig.start(QUESTIONS, **load, **asked, expect_others=plan.queued, drain=PATIENCE, arrivals=1)
        time.sleep(LEAD_SECONDS)
        _queue(store, plan)
        outcome = at_work.wait()
        cpu = meter.ms_per(outcome.calls, outcome.cpu_us)
    _pace(bench, outcome, plan, cpu)
    _limits(bench, outcome, plan)
    replies = bench.answers(f"replies meanwhile, {QUESTIONS_PER_SECOND}/s", outcome, {})
    replies.value, replies.unit = replies.p99_ms or 0, "ms p99"


def _queue(store: Store, plan: Plan) -> None:
    replies, notices = plan.recipients()
    queue(store, replies, Speaker.BOT)
    queue(store, notices, Speaker.NOTICE)


def _pace(bench: Bench, outcome: Outcome, plan: Plan, cpu: dict[str, float]) -> None:
    """Measures from a second after the first of many until little is left but what waits for a pair."""
    arrivals = sorted(outcome.arrival_us)
    begin = beginning(arrivals) + MICROS
    first = bisect_left(arrivals, begin)
    last = min(first + int(plan.free * FREE), len(arrivals)) - 1
    seconds = (arrivals[last] - begin) / MICROS
    rate = (last - first) / seconds
    ended = (arrivals[-1] - begin) / MICROS
    bench.figure(
        "share of the pace kept",
        rate / PACE,
        "ratio",
        cpu_ms=cpu,
        remark=f"{rate:.2f} messages/s of {PACE} over {seconds:.0f} s; the last after {ended:.0f} s",
        ok=rate >= ENOUGH * PACE,
    )


def _limits(bench: Bench, outcome: Outcome, plan: Plan) -> None:
    """Checks that nothing was refused, and everything is there, once."""
    refused = outcome.too_fast + outcome.too_fast_pair
    words = f"{outcome.too_fast} too fast for the number (429), {outcome.too_fast_pair} for the recipient"
    bench.figure("refused by the provider", refused, "messages", remark=words, ok=not refused)
    frequent = f"{plan.frequent} recipients of {PAIR_BURST + plan.more} each"
    words = f"of {plan.queued:,}: {plan.single:,} recipients of one, {frequent}; {outcome.repeated} came twice"
    whole = outcome.others == plan.queued and not outcome.repeated
    bench.figure("arrived", outcome.others, "messages", remark=words, ok=whole)
