"""Measures the planner: what one notice costs to decide, its words for every address included, in one thread's CPU.

Orders, parcels and customers are those of `benchmarks.people`, each another; all are reached on three channels.
"""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from adapters.channels import registry
from benchmarks.bench import Bench
from benchmarks.people import phone
from benchmarks.product import ROOT
from core.content.capabilities import Capabilities
from core.people.addresses import Address
from core.people.consent import SERVICE, ConsentState
from core.shop.orders import Buyer, Line, Order, OrderStatus, Shipment, ShipmentStatus, ShippedLine
from notifications import (
    About,
    Candidate,
    Change,
    EventFacts,
    Notice,
    Policy,
    Recipient,
    Send,
    Subject,
    load_policy,
    notices_due,
    plan,
    zone_candidates,
)

NUMBER = 6_000
NOW = datetime(2026, 12, 2, 15, tzinfo=UTC)
LIMITS = (
    Capabilities("whatsapp", 4096, window_hours=24, writes_first=True, templates=True),
    Capabilities("telegram", 4096, text_unit="utf16"),
    Capabilities("sms", 1600, writes_first=True),
)


def run(bench: Bench) -> None:
    """Makes notices due of shipped parcels, then plans each once."""
    policy = load_policy(ROOT / "config" / "store", tuple(registry.labels()), registry.with_templates())
    orders = [_order(n) for n in range(NUMBER)]
    begun = time.process_time()
    due = [_due(policy, order) for order in orders]
    made = time.process_time() - begun
    work = [(notice, _recipient(n), About(order=orders[n])) for n, notice in enumerate(due)]
    begun = time.process_time()
    decisions = [plan(notice, recipient, about, NOW, policy) for notice, recipient, about in work]
    planned = time.process_time() - begun
    ways = sum(len(each.ways) for each in decisions if isinstance(each, Send))
    found = f"{NUMBER:,} of {NUMBER:,} orders, all kinds asked"
    bench.figure("notices found due", NUMBER / made, "/s CPU", remark=found)
    bench.figure(
        "notices planned", NUMBER / planned, "/s CPU", remark=f"{ways:,} ways", ok=ways == len(LIMITS) * NUMBER
    )


def _order(n: int) -> Order:
    shipment = Shipment(
        id=f"s{n}",
        status=ShipmentStatus.IN_TRANSIT,
        carrier="DHL",
        tracking_number=f"JD{n:08}",
        tracking_url=f"https://track.example/JD{n:08}",
        lines=(ShippedLine("l1", 1),),
    )
    return Order(
        number=str(10_000 + n),
        placed_at=NOW - timedelta(days=1),
        status=OrderStatus.PAID,
        currency="USD",
        total=Decimal("129.80"),
        buyer=Buyer(id=f"c{n}", name=f"Jane Doe {n}", phone=phone(n), locale="en"),
        lines=(Line("l1", "Leather boots"),),
        shipments=(shipment,),
    )


def _due(policy: Policy, order: Order) -> Notice:
    event = EventFacts("shipment.updated", "shop")
    change = Change(event, NOW, Subject.ORDER, None, About(order=order), {}, policy.when(NOW))
    return next(notice for notice in notices_due(change, policy.kinds) if notice.kind == "shipped")


def _recipient(n: int) -> Recipient:
    consent = (ConsentState(SERVICE, True, "order:1001"),)
    candidates = tuple(
        Candidate(Address(each.channel, "main", phone(n)), each, NOW - timedelta(hours=n % 23), consent)
        for each in LIMITS
    )
    return Recipient(candidates, f"Jane Doe {n}", "en" if n % 2 else "zh", zone_candidates("", phone(n)))
