"""Tests the dry run: whom, why, what would be done, what would be held back; and that nothing changes."""

from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from core.shop.returns import ReturnRecord, ReturnState
from core.shop.store_events import CustomerEvent, ReturnEvent
from hub.rules.dry_run import DryRun, Would
from storage.engine.store import Store
from storage.tables import metadata
from tests.fakes import NOW
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import JANE, ordered, parcel
from tests.hub.rules.ruled import VIP_STUCK, fired, look, ruled
from tests.hub.rules.test_firing import VIP, stuck


def dry(house: House, since: timedelta = timedelta(days=7)) -> list[Would]:
    """Runs it, and checks that it changed nothing and took the steps that it said."""
    before = everything(house)
    run = DryRun(house.hub, house.hub.rules, house.clock() - since, house.clock())
    with house.store.read() as conn:
        expected = run.expected(conn)
    steps: list[int] = []
    found = list(run.run(steps.append))
    assert sum(steps) == expected
    assert everything(house) == before
    return found


def everything(house: House) -> dict[str, list[Any]]:
    with house.store.read() as conn:
        return {table.name: sorted(map(repr, conn.execute(select(table)))) for table in metadata.sorted_tables}


def test_it_says_whom_and_why_and_what_would_be_done(store: Store) -> None:
    House(store).told(ordered(buyer=VIP), stuck())
    house = ruled(store, VIP_STUCK)
    (would,) = dry(house)
    assert would == Would(
        rule="vip_stuck",
        subject="parcel",
        subject_id="1001/s1",
        customer_id="c1",
        order_number="1001",
        event="timer",
        facts={"customer.tier": "vip", "parcel.hours_since_scan": 50.0, "parcel.status": "in_transit"},
        would=[
            {"notice": "stuck", "decision": "send", "channel": "sms"},
            {"case": "parcel_trouble", "priority": "high", "team": "support"},
            {"tag": "vip_stuck"},
            {"event": "vip_stuck", "left_out": "nobody_hears"},
        ],
        held_back="",
    )
    assert look(house) == 1
    assert fired(house) == [("vip_stuck", "1001/s1", "fired")]
    assert [each.held_back for each in dry(house)] == ["once_per"]


def test_events_are_asked_about_as_things_stand_now(store: Store) -> None:
    text = """
rules:
  - {id: back, on: [return.updated], if: "return.state == 'received'", then: [{notice: return_received}]}
  - {id: gone, on: [shipment.created], if: "parcel.carrier == 'DHL'", then: [{tag: gone}]}
  - {id: gold, on: [customer.updated], if: "customer.tier == 'gold'", then: [{tag: gold}]}
  - {id: never, on: [order.paid], if: "order.total > 0", then: [{tag: never}]}
  - {id: case, on: [case.opened], if: "case.open", then: [{tag: case}]}
"""
    plain: dict[str, Any] = {"source": "shop", "at": NOW}
    first = House(store)
    first.hear("I want to speak to a human")
    first.told(
        ordered(),
        msgspec.structs.replace(parcel(), kind="created"),
        CustomerEvent(external_id="c", customer=msgspec.structs.replace(JANE, tier="gold"), **plain),
        ReturnEvent(external_id="r", returned=ReturnRecord("R1", "1001", ReturnState.RECEIVED), **plain),
    )
    first.later(minutes=1)
    house = ruled(store, text, clock=first.clock)
    assert sorted((each.rule, each.subject) for each in dry(house)) == [
        ("back", "return"),
        ("case", "case"),
        ("gold", "customer"),
        ("gone", "parcel"),
    ]
    assert dry(house, since=timedelta(0)) == []


def test_limits_count_what_the_dry_run_itself_would_have_fired(store: Store) -> None:
    first = House(store)
    first.told(ordered(), *(parcel(f"p{n}", id=f"s{n}", tracking_number=f"JD{n}") for n in range(3)))
    text = "at_most: {times: 2, per: 1d}, then: [{notice: stuck}]"
    house = ruled(store, f"rules: [{{id: a, on: [timer], if: 'parcel.left', {text}}}]")
    assert [each.held_back for each in dry(house)] == ["", "", "at_most"]


def test_a_notice_says_what_would_become_of_it(store: Store) -> None:
    first = House(store)
    first.told(ordered(), parcel())
    text = "rules: [{id: a, on: [timer], if: 'parcel.left', then: [{notice: shipped}, {notice: delivered_check_in}]}]"
    (would,) = dry(ruled(store, text.replace("delivered_check_in", "out_for_delivery")))
    assert would.would[0] == {"notice": "shipped", "left_out": "told_already"}
    assert would.would[1]["decision"] == "send"
