"""Measures a campaign: at the sender's pace, never faster in any second, while customers are answered."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from benchmarks.bench import Bench
from benchmarks.people import QUESTIONS, phone, tell_orders
from benchmarks.product import ACCOUNT, Product
from benchmarks.rig import Outcome
from core.encoding import encode
from core.ids import new_id
from core.messages.outbound import OutboundMessage, Speaker, TemplateCall
from core.people.addresses import Address
from storage.engine.store import Store
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table

PACE = 80
ENOUGH = 0.98
CUSTOMERS, QUESTIONS_PER_SECOND = 10, 0.5
FIRST_RECIPIENT = 50_000  # nobody who writes
LEAD_SECONDS = 8  # customers write before the campaign begins, and a little longer than it is measured
MICROS = 1_000_000


def run(bench: Bench) -> None:
    """Queues the whole campaign, measures a window of it."""
    rig = bench.rig()
    product = Product(bench.folder / "var", bench.processes, WHATSAPP_RATE=str(PACE), WHATSAPP_PAIR_SECONDS="6")
    window = bench.length.broadcast_seconds
    with product.running(), product.store() as store:
        tell_orders(product, CUSTOMERS)
        load = {**product.rig_arguments, "conversations": CUSTOMERS, "connections": 4}
        rig.run(QUESTIONS, **load, seconds=1, rate=CUSTOMERS)
        meter = bench.meter()
        at_work = rig.start(QUESTIONS, **load, rate=QUESTIONS_PER_SECOND, seconds=window + LEAD_SECONDS, arrivals=1)
        queue(store, range(FIRST_RECIPIENT, FIRST_RECIPIENT + bench.length.broadcast_rows))
        outcome = at_work.wait()
        cpu = meter.ms_per(outcome.calls, outcome.cpu_us)
    _pace(bench, outcome, cpu, window)
    replies = bench.answers("replies meanwhile, one every 2 s", outcome, {})
    replies.value, replies.unit = max(outcome.answer_us) / 1000, "ms at most"


def queue(store: Store, recipients: Iterable[int], speaker: Speaker = Speaker.MARKETING) -> None:
    """Puts one approved template into the outbox for each of the recipients, in their order."""
    now = datetime.now(UTC)
    category = "marketing" if speaker is Speaker.MARKETING else "utility"
    call = TemplateCall(
        "holiday_cutoff", "en", ("Jane", "Doorstep", "Friday", "Springfield", "Christmas", "Ground"), category
    )
    payload = encode(OutboundMessage("Order by Friday for Christmas.", template=call, speaker=speaker))
    rows = []
    for index in recipients:
        address = Address("whatsapp", ACCOUNT, phone(index))
        where = (address.key, address.channel, address.account, address.value)
        until = now + timedelta(hours=6)
        row = outbox.row(new_id(now), *where, payload, speaker.value, now, expires_at=until)
        rows.append(row)
    with store.write() as conn:
        conn.execute(store.insert(outbox_table), rows)


def _pace(bench: Bench, outcome: Outcome, cpu: dict[str, float], window: float) -> None:
    """Messages/s of all kinds in the window, which begins a second after the first message of the campaign."""
    arrivals = sorted(outcome.arrival_us)
    begin = beginning(arrivals) + MICROS
    last = (
        min(begin + window * MICROS, arrivals[-1])
        if outcome.others >= bench.length.broadcast_rows
        else begin + window * MICROS
    )
    seconds = (last - begin) / MICROS
    rate = (bisect_left(arrivals, last) - bisect_left(arrivals, begin)) / seconds
    busiest = most_within_a_second(arrivals)
    bench.figure(
        "sent, campaign and replies",
        rate,
        "messages/s",
        cpu_ms=cpu,
        remark=f"{rate / PACE:.1%} of {PACE}/s over {seconds:.0f} s, {outcome.others:,} sent in all",
        ok=rate >= ENOUGH * PACE,
    )
    bench.figure("most in any second", busiest, "messages", remark=f"allowed: {PACE}", ok=busiest <= PACE)


def beginning(arrivals: list[int]) -> int:
    """Finds when the campaign began: the first ten messages within a second."""
    return next(early for early, late in zip(arrivals, arrivals[9:], strict=False) if late - early < MICROS)


def most_within_a_second(arrivals: list[int]) -> int:
    """Counts the arrivals of the fullest window of one second (microseconds, sorted)."""
    return max((bisect_left(arrivals, first + MICROS) - n for n, first in enumerate(arrivals)), default=0)
