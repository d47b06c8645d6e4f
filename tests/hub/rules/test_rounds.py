"""Tests rules that time makes true: of orders, parcels, returns, customers and cases, once each, in one walk."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from core.shop.buyers import AccountFacts
from core.shop.returns import ReturnRecord, ReturnState
from core.shop.store_events import CustomerEvent, ReturnEvent
from hub.notices import walk
from hub.rules.rounds import RULES
from hub.timers.kinds import timely_notices
from storage.engine.store import Store
from tests.fakes import NOW
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import JANE, ordered
from tests.hub.rules.ruled import VIP_STUCK, fired, look, ruled
from tests.hub.rules.test_firing import VIP, stuck


def test_what_time_makes_true_fires_once(store: Store) -> None:
    house = ruled(store, VIP_STUCK)
    fresh = msgspec.structs.replace(stuck().shipment.events[0], time=NOW - timedelta(hours=1))
    house.told(ordered(buyer=VIP), stuck(events=(fresh,)))
    assert look(house) == 0
    house.later(hours=48)
    assert look(house) == 1
    assert look(house) == 0
    assert fired(house) == [("vip_stuck", "1001/s1", "fired")]


def test_a_new_rule_on_timer_fires_for_what_is_true_now(store: Store) -> None:
    house = House(store)
    house.told(ordered(buyer=VIP), stuck())
    assert look(house) == 0
    house = ruled(store, VIP_STUCK)
    assert look(house) == 1


def test_a_new_rule_without_timer_fires_for_no_history(store: Store) -> None:
    House(store).told(ordered(buyer=VIP), stuck())
    house = ruled(store, VIP_STUCK.replace(", timer", ""))
    assert look(house) == 0
    assert fired(house) == []


@pytest.mark.parametrize(
    ("condition", "once_per", "subject"),
    [
        ("order.hours_since_placed > 24 and order.parcels == 0", "order", "1001"),
        ("return.state == 'received' and return.resolution == 'refund'", "return", "R1"),
        ("customer.points >= 100", "customer", "*"),
        ("customer.points >= 100 and order.total > 100", "customer", "*"),
        ("case.hours_open >= 0 and not case.claimed and order.number == '1001'", "case", "*"),
    ],
)
def test_every_subject_is_walked_over(store: Store, condition: str, once_per: str, subject: str) -> None:
    text = f"""
rules:
  - {{id: opens, on: [return.updated], if: "order.number == '1001'", then: [{{case: {{reason: damaged}}}}]}}
  - {{id: timed, on: [timer], if: "{condition}", once_per: {once_per}, then: [{{tag: timed}}]}}
"""
    house = ruled(store, text)
    plain: dict[str, Any] = {"source": "shop", "at": NOW}
    facts = AccountFacts(points=120)
    house.told(
        ordered(),
        CustomerEvent(external_id="c", customer=JANE, facts=facts, **plain),
        ReturnEvent(external_id="r", returned=ReturnRecord("R1", "1001", ReturnState.RECEIVED, "refund"), **plain),
    )
    assert (look(house), look(house)) == (1, 0)
    (found,) = [(rule, id_) for rule, id_, _ in fired(house) if rule == "timed"]
    assert subject in ("*", found[1])


def test_many_are_asked_in_groups(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "GROUP", 2)
    house = ruled(store, "rules: [{id: a, on: [timer], if: 'order.total > 0', once_per: order, then: [{tag: a}]}]")
    house.told(*(ordered(f"o{n}", number=f"20{n}") for n in range(5)))
    assert look(house) == 5
    assert len(fired(house)) == 5


def test_without_a_timed_rule_nothing_is_walked_over(store: Store) -> None:
    house = ruled(store, VIP_STUCK.replace(", timer", ""))
    assert RULES.rounds(house.hub) == frozenset()


def test_the_timer_of_the_timely_notices_asks_rules_too(store: Store) -> None:
    House(store).told(ordered(buyer=VIP), stuck())
    house = ruled(store, VIP_STUCK)
    assert timely_notices.KIND.is_heavy(house.hub, house.clock())
    timely_notices.KIND.handle(house.hub, "", house.clock())
    assert fired(house) == [("vip_stuck", "1001/s1", "fired")]
