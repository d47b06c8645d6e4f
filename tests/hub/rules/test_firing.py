"""Tests what rules do on what the store tells: each once for its subject, with its notice, case, tag and event."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import msgspec
import pytest

from core.people.addresses import Address
from core.shop.buyers import AccountFacts, Expiring
from core.shop.orders import ShipmentStatus, ShippedLine, TrackingEvent
from core.shop.returns import RefundRecord, ReturnRecord, ReturnState
from core.shop.stock_problems import StockProblem
from core.shop.store_events import CustomerEvent, LoyaltyEvent, RefundEvent, ReturnEvent, StockEvent
from hub.hub import Outlets
from hub.rules.facts import Heard
from hub.rules.firing import fire
from notifications import About, Change, EventFacts, Subject
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.outgoing.tables import outgoing
from storage.people.tables import conversations, customers
from storage.rules.tables import rule_firings
from storage.shop import orders
from storage.shop.tables import tags
from tests.fakes import NOW, shipped_notices
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import JANE, ordered, parcel
from tests.hub.orders.test_apply import applied
from tests.hub.orders.test_apply import parcel as moved
from tests.hub.rules.ruled import VIP_STUCK, did, fired, ruled, rules

VIP = msgspec.structs.replace(JANE, tier="vip")
SCAN = TrackingEvent(NOW - timedelta(hours=50), "in_transit", "Leipzig", "Departed facility")


class Listening:
    """Stands for a store's system that hears."""

    async def tell(self, fact: Any) -> None:
        """Hears a fact."""


def stuck(id_: str = "evt-2", **changes: Any) -> Any:
    return parcel(id_, **{"events": (SCAN,), **changes})


def test_a_rule_does_all_that_it_says_once(store: Store) -> None:
    house = ruled(store, VIP_STUCK, outlets=Outlets(listener=Listening()))
    house.told(ordered(buyer=VIP), stuck())
    house.told(stuck("evt-3"), stuck("evt-4", sub_status="delayed"))
    assert fired(house) == [("vip_stuck", "1001/s1", "fired")]
    row = house.row(rule_firings)
    assert msgspec.json.decode(row.facts) == {
        "customer.tier": "vip",
        "parcel.hours_since_scan": 50.0,
        "parcel.status": "in_transit",
    }
    case = house.row(cases)
    assert did(house) == [
        {"notice": "stuck", "key": "stuck:rule:vip_stuck:parcel:1001/s1"},
        {"case": case.number, "added_to": False},
        {"tag": "vip_stuck"},
        {"event": "vip_stuck"},
    ]
    assert (case.reason, case.priority, case.team, case.order_number) == ("parcel_trouble", "high", "support", "1001")
    assert row.case_id == case.id
    tag = house.row(tags)
    assert (tag.subject, tag.subject_id, tag.tag, tag.order_number) == ("parcel", "1001/s1", "vip_stuck", "1001")
    fact = house.row(outgoing)
    assert fact.type == "doorstep.rule.fired"
    assert fact.subject == "parcel/1001/s1"
    assert msgspec.json.decode(fact.body) == {
        "rule": "vip_stuck",
        "name": "vip_stuck",
        "customer_id": "c1",
        "order_number": "1001",
        "shipment_id": "s1",
    }
    house.send()
    assert "stuck:rule:vip_stuck:parcel:1001/s1" in [key for key, state, _ in house.notices() if state == "sent"]
    assert [post.case_id for post in house.desk.posts] == [case.id]  # its card


@pytest.mark.parametrize("tier", ["", "gold"])
def test_a_rule_that_is_not_true_does_nothing(store: Store, tier: str) -> None:
    house = ruled(store, VIP_STUCK)
    house.told(ordered(buyer=msgspec.structs.replace(JANE, tier=tier)), stuck())
    assert fired(house) == []


def test_every_true_rule_fires_for_each_subject(store: Store) -> None:
    text = """
rules:
  - {id: one, on: [shipment.created], if: "parcel.carrier == 'DHL'", then: [{tag: one}]}
  - {id: two, on: [order.updated], if: "order.total > 100", then: [{tag: two}]}
  - {id: three, on: [shipment.updated], if: "order.total > 100", once_per: customer, then: [{tag: three}]}
  - {id: never, on: [order.updated], if: "order.total > 1000", then: [{tag: never}]}
"""
    house = ruled(store, text)
    house.told(ordered(), parcel("a"), parcel("b", id="s2", tracking_number="JD0002"))
    jane = house.row(customers).id
    assert sorted(fired(house)) == [
        ("one", "1001/s1", "fired"),
        ("one", "1001/s2", "fired"),
        ("three", jane, "fired"),
        ("two", "1001", "fired"),
    ]
    assert {(row.subject, row.tag) for row in house.rows(tags)} == {
        ("parcel", "one"),
        ("order", "two"),
        ("customer", "three"),
    }


def test_what_happened_two_days_ago_fires_nothing(store: Store) -> None:
    house = ruled(store, "rules: [{id: a, on: [order.updated], if: 'order.total > 0', then: [{tag: a}]}]")
    house.told(ordered(at=NOW - timedelta(hours=49)))
    assert fired(house) == []
    house.told(ordered("evt-9", at=NOW - timedelta(hours=47)))
    assert fired(house) == [("a", "1001", "fired")]


# --- all that the store tells


@pytest.mark.parametrize(
    ("on", "condition", "once_per", "told"),
    [
        ("order.paid", "order.status == 'paid' and event.type == 'order.paid'", "order", "paid"),
        ("return.updated", "return.state == 'received' and order.total > 100", "return", "return"),
        ("refund.issued", "event.amount >= 20 and order.number == '1001'", "order", "refund"),
        ("stock.problem", "stock.items == 'Leather boots'", "order", "stock"),
        ("customer.updated", "customer.tier == 'gold' and customer.points == 120", "customer", "customer"),
        ("loyalty.updated", "customer.points > 100 and customer.expiring_points == 80", "customer", "loyalty"),
    ],
)
def test_rules_hear_all_that_the_store_tells(store: Store, on: str, condition: str, once_per: str, told: str) -> None:
    text = f'rules: [{{id: a, on: [{on}], if: "{condition}", once_per: {once_per}, then: [{{tag: a}}]}}]'
    house = ruled(store, text)
    house.told(ordered())
    assert fired(house) == []
    house.told(_told(told))
    assert [(rule, state) for rule, _, state in fired(house)] == [("a", "fired")]


def _told(what: str) -> Any:
    plain: dict[str, Any] = {"external_id": what, "source": "shop", "at": NOW}
    facts = AccountFacts(points=120, expiring=Expiring(80, NOW.date() + timedelta(days=5)))
    match what:
        case "paid":
            return msgspec.structs.replace(ordered("p", NOW), kind="paid")
        case "return":
            return ReturnEvent(**plain, returned=ReturnRecord("R1", "1001", ReturnState.RECEIVED, "refund"))
        case "refund":
            return RefundEvent(**plain, refund=RefundRecord("1001", Decimal(20), NOW, "USD"))
        case "stock":
            return StockEvent(**plain, problem=StockProblem("1001", (ShippedLine("l1"),)))
        case "customer":
            return CustomerEvent(**plain, customer=msgspec.structs.replace(JANE, tier="gold"), facts=facts)
    return LoyaltyEvent(**plain, customer_id="c1", facts=facts)


# --- the notice

SAYS_STUCK = """
rules:
  - id: silent
    on: [shipment.updated]
    if: "parcel.hours_since_scan >= 48 and parcel.under_way"
    then: [{notice: stuck}]
"""


def test_a_rules_notice_is_sent_while_the_rules_if_holds_whatever_the_kind_says(store: Store) -> None:
    """The kind itself waits for 72 hours; and the store has switched it off, to leave it to its rule."""
    house = ruled(store, SAYS_STUCK)
    _switch(house, stuck=False)
    house.told(ordered(), stuck())
    house.send()
    assert ("stuck:rule:silent:parcel:1001/s1", "sent", "") in house.notices()


def test_a_rules_notice_is_left_out_when_its_if_is_not_true_any_more(store: Store) -> None:
    house = ruled(store, SAYS_STUCK)
    house.told(ordered(), stuck(), parcel("evt-3", NOW, status=ShipmentStatus.DELIVERED, delivered_at=NOW))
    house.send()
    assert ("stuck:rule:silent:parcel:1001/s1", "skipped", "not_true") in house.notices()


def test_a_rules_notice_is_left_out_when_the_rule_is_gone(store: Store) -> None:
    house = ruled(store, SAYS_STUCK)
    house.told(ordered(), stuck())
    object.__setattr__(house.hub.shelf.now, "notices", shipped_notices())
    house.send()
    assert ("stuck:rule:silent:parcel:1001/s1", "skipped", "not_true") in house.notices()


def test_what_a_customer_was_told_by_the_kind_itself_a_rule_does_not_tell_again(store: Store) -> None:
    text = "rules: [{id: gone, on: [shipment.updated], if: 'parcel.left', then: [{notice: shipped}, {tag: gone}]}]"
    house = ruled(store, text)
    house.told(ordered(), parcel())
    house.send()
    assert [key for key, state, _ in house.notices() if state == "sent"] == ["shipped:1001:s1"]
    assert did(house) == [{"notice": "shipped", "left_out": "told_already"}, {"tag": "gone"}]


def _switch(house: House, **notices: bool) -> None:
    policy = house.hub.notices
    shop = msgspec.structs.replace(policy.shop, notices=notices)
    object.__setattr__(house.hub.shelf.now, "notices", msgspec.structs.replace(policy, shop=shop))


# --- the case

OPENS = """
rules:
  - {id: dear, on: [order.updated], if: "order.total > 100", then: [{case: {reason: high_value, tags: [dear]}}]}
  - id: late
    on: [shipment.updated]
    if: "parcel.hours_since_scan > 48"
    then: [{case: {reason: order_late, priority: urgent}}]
"""


def test_a_case_begins_a_conversation_with_the_customers_number_and_stays_with_the_bot(store: Store) -> None:
    house = ruled(store, OPENS)
    house.told(ordered())
    case = house.row(cases)
    who = house.row(conversations)
    assert (who.case_id, who.owner, who.id) == (case.id, "bot", case.conversation_id)
    assert msgspec.json.decode(case.details) == {"rule": "dear", "because": "order.total = 129.8"}
    assert (case.tags, case.team) == ('["dear"]', "finance")  # by routing.yaml
    house.hear("hello", who_address(who))
    assert house.texts(who.channel)


def who_address(who: Any) -> Any:
    return Address(who.channel, who.account, who.value)


def test_an_open_case_of_the_customer_is_added_to(store: Store) -> None:
    house = ruled(store, OPENS)
    house.told(ordered(), stuck())
    case = house.row(cases)
    assert (case.reason, case.priority) == ("high_value", "urgent")
    assert [each["added_to"] for each in did(house)] == [False, True]
    house.send()
    assert any(
        "late holds too: parcel.hours_since_scan = 50.0" in getattr(post, "text", "") for post in house.desk.posts
    )


def test_a_case_is_opened_where_the_customer_wrote_last(store: Store) -> None:
    house = ruled(store, OPENS)
    house.hear("hello")
    house.told(ordered())
    assert house.row(cases).conversation_id == house.row(conversations).id


def test_a_customer_nobody_can_write_to_has_no_case_and_the_trace_says_so(store: Store) -> None:
    house = ruled(store, OPENS)
    house.told(ordered(buyer=msgspec.structs.replace(JANE, phone="")))
    assert house.rows(cases) == []
    assert did(house) == [{"case": None, "left_out": "nowhere_to_write"}]


# --- guards


def test_a_limit_counts_for_the_customer_and_lets_what_was_held_back_fire_later(store: Store) -> None:
    text = """
rules:
  - id: often
    on: [shipment.updated]
    if: "parcel.left"
    at_most: {times: 2, per: 1d}
    then: [{tag: often}]
"""
    house = ruled(store, text)
    house.told(ordered(), *(parcel(f"p{n}", id=f"s{n}", tracking_number=f"JD{n}") for n in range(4)))
    assert [state for _, _, state in fired(house)] == ["fired", "fired", "at_most", "at_most"]
    house.told(parcel("again", id="s3", tracking_number="JD3", sub_status="moved"))
    assert len(fired(house)) == 4
    house.later(days=1, seconds=1)
    house.told(parcel("later", house.clock(), id="s3", tracking_number="JD3", sub_status="moved on"))
    assert sorted(fired(house))[-2:] == [("often", "1001/s2", "at_most"), ("often", "1001/s3", "fired")]


def test_a_rule_that_is_changed_does_not_fire_again(store: Store) -> None:
    text = "rules: [{id: a, on: [order.updated], if: 'order.total > 0', then: [{tag: a}]}]"
    house = ruled(store, text)
    house.told(ordered())
    changed = msgspec.structs.replace(house.hub.notices, rules=rules(text.replace("tag: a", "tag: b")))
    object.__setattr__(house.hub.shelf.now, "notices", changed)
    house.told(ordered("again", NOW, promised_by=None))
    assert len(fired(house)) == 1
    assert [row.tag for row in house.rows(tags)] == ["a"]


# --- what it costs


def _many(number: int, on: str = "shipment.updated") -> str:
    condition = "parcel.hours_since_scan > {n}000 and customer.tier == 'vip'"
    one = f'  - {{{{id: r{{n}}, on: [{on}], if: "{condition}", then: [{{{{tag: t}}}}]}}}}'
    return "rules:\n" + "\n".join(one.format(n=n) for n in range(1, number + 1))


def _costs(store: Store, *texts: str) -> list[int]:
    """Counts the statements of the same news under each of these rules, each time of an order of their own."""
    costs = []
    for n, text in enumerate(("rules: []", *texts)):  # the first meets everything for the first time
        house = ruled(store, text)
        house.told(ordered(f"o{n}", number=f"{n}"))
        scans = [moved(f"p{n}-{k}", number=f"{n}", id=f"s{k}", tracking_number=f"JD{n}-{k}") for k in range(30)]
        costs.append(len(applied(house, *scans)))
    return costs[1:]


def test_no_rules_cost_no_statement_and_many_cost_as_much_as_one(store: Store) -> None:
    none, one, many = _costs(store, "rules: []", _many(1), _many(20))
    assert one - none == 2  # the customers, and what is known of their accounts
    assert many == one


def test_rules_that_hear_something_else_cost_nothing(store: Store) -> None:
    none, other = _costs(store, "rules: []", _many(5, "return.updated"))
    assert other == none


def test_a_group_that_fires_writes_together(store: Store) -> None:
    text = "rules: [{id: a, on: [shipment.updated], if: 'parcel.left', then: [{tag: a}, {notice: stuck}]}]"
    house = ruled(store, text)
    house.told(*(ordered(f"o{n}", number=f"20{n:02}") for n in range(40)))
    ran = applied(house, *(moved(f"p{n}", number=f"20{n:02}") for n in range(40)))
    assert len(fired(house)) == 40
    assert len(ran) <= 45, "\n".join(ran)


# --- at the same time


def test_two_workers_that_find_the_same_thing_true_fire_once(store: Store) -> None:
    house = ruled(store, VIP_STUCK.replace("at_most: {times: 1, per: 7d}", "at_most: {times: 2, per: 7d}"))
    house.told(ordered(buyer=VIP), stuck(events=()))
    with store.read() as conn:
        known = orders.known(conn, ["1001"])["1001"]
    assert known.order is not None
    assert known.customer_id is not None
    parcels = (msgspec.structs.replace(known.parcels[0], events=(SCAN,)),)
    about = About(order=msgspec.structs.replace(known.order, shipments=parcels))
    change = Change(EventFacts("timer"), NOW, Subject.ORDER, about, about, {}, house.hub.notices.when(NOW))
    heard = [Heard(change, known.customer_id)]
    both = Barrier(4)

    def work(_: int) -> int:
        both.wait()
        with store.write() as conn:
            return fire(house.hub, conn, heard, NOW)

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(work, range(4))) == [0, 0, 0, 1]
    assert len(house.rows(cases)) == 1
    assert len([key for key, _, _ in house.notices() if ":rule:" in key]) == 1


def test_ids_of_any_length_are_taken(store: Store) -> None:
    number, id_ = "9" * 240, "s" * 255
    house = ruled(store, SAYS_STUCK)
    whole = stuck(id=id_, tracking_number="JD1").shipment
    house.told(ordered(number=number, shipments=(whole,)))
    assert fired(house) == [("silent", f"{number}/{id_}", "fired")]
    assert any(key.startswith("stuck:rule:silent:parcel:999") for key, _, _ in house.notices())
