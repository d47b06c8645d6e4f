"""Measures what a message costs on a day's mix: half buttons and answers, a fifth heard before, others new."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from benchmarks.bench import Bench
from benchmarks.report import percentile
from core.messages.pieces import Choice
from flows.engine.advance import advance
from flows.engine.events import UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.session import Session, new_session

KNOWN = ("Hi", "Where is my order?", "thanks", "我的快递到哪了", "退货")
ANSWERS = ("1", "yes", "no", "DS-1001")
OF_TEN = "bnrbnbrbnb"  # button or answer, new, repeated


def run(bench: Bench, flows: FlowSet, texts: Sequence[str]) -> None:
    """Lets each of the texts be heard once, with the others among them; keeps p50 and p99 of all."""
    now = datetime.now(UTC)
    for said in KNOWN:
        flows.interpreter.read(said)
    took = []
    for session, message in _day(flows, texts, now):
        begun = time.process_time_ns()
        advance(flows, session, message, now, message)
        took.append((time.process_time_ns() - begun) // 1000)
    p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
    bench.figure("a day's mix, p50", p50, "ms CPU", remark=f"{len(took):,} messages")
    bench.figure("a day's mix, p99", p99, "ms CPU")


def _day(flows: FlowSet, texts: Sequence[str], now: datetime) -> Iterator[tuple[Session, UserMessage]]:
    fresh = new_session("en")
    asked = advance(flows, fresh, UserMessage("Where is my order?"), now, UserMessage("Where is my order?")).session
    new, others = iter(texts), 0
    while True:
        for kind in OF_TEN:
            others += 1
            if kind == "n":
                text = next(new, None)
                if text is None:
                    return
                yield fresh, UserMessage(text)
            elif kind == "r":
                yield fresh, UserMessage(KNOWN[others % len(KNOWN)])
            elif others % 2:
                yield asked, UserMessage(ANSWERS[others % len(ANSWERS)])
            else:
                yield fresh, UserMessage("", Choice("start.order_status", "Order status"))
