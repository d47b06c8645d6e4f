"""Tests that docs/store/rules.md names every fact, event and guard, and that each of its examples loads and fires."""

import re
from datetime import timedelta
from typing import Any

import pytest

from core.shop.orders import ShippedLine
from core.shop.returns import RefundRecord, ReturnRecord, ReturnState
from core.shop.stock_problems import StockProblem
from core.shop.store_events import RefundEvent, ReturnEvent, StockEvent
from hub.rules import desk_news
from notifications.rules.names import EMPTY
from notifications.rules.rules_file import TYPES
from storage.desk import ratings as rows
from storage.desk.tables import cases, ratings
from storage.engine.store import Store
from storage.queues import timers
from tests.fakes import NOW, ROOT
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import ordered
from tests.hub.rules.ruled import fired, look, ruled, rules
from tests.hub.rules.test_firing import VIP, stuck

PAGE = (ROOT / "docs" / "store" / "rules.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
DAY = timedelta(days=1)
PLAIN: dict[str, Any] = {"source": "shop", "at": NOW}


@pytest.mark.parametrize("name", sorted(EMPTY))
def test_every_fact_is_there(name: str) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` | `")]
    assert re.findall(r"`(\w+)`", line.split("|")[2]) == list(EMPTY[name])


def test_every_event_is_there() -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith("| `on` |")]
    assert [word for word in re.findall(r"`([\w.]+)`", line)[1:] if word in TYPES] == list(TYPES)


def named(id_: str) -> str:
    """Finds the example with the rule of this name."""
    (found,) = [text for text in EXAMPLES if f"id: {id_}\n" in text]
    return str(found)


def bought(house: House, **changes: Any) -> None:
    house.told(ordered(buyer=VIP, placed_at=NOW - 3 * DAY, **changes))


def test_a_parcel_that_nobody_scans(store: Store) -> None:
    house = ruled(store, named("vip_stuck"))
    bought(house)
    house.told(stuck())
    assert fired(house) == [("vip_stuck", "1001/s1", "fired")]


def test_an_order_that_nobody_sends(store: Store) -> None:
    house = ruled(store, named("dear_and_late"))
    bought(house, total=ordered().order.total * 5)
    assert (look(house), house.row(cases).team) == (1, "warehouse")


def test_somebody_who_does_not_come_back(store: Store) -> None:
    house = ruled(store, named("we_miss_you"))
    house.told(ordered(buyer=VIP, placed_at=NOW - 130 * DAY))
    assert look(house) == 1
    assert house.notices()[-1][0].startswith("win_back:rule:we_miss_you:customer:")


def test_a_bad_rating(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ids._last", 0)
    house = ruled(store, named("dear_and_unhappy") + OPENS.removeprefix("rules:\n"))
    with store.write() as conn:
        timers.ensure(conn, store, desk_news.TIMER, [""], NOW)
    desk_news.tell(house.hub, NOW)
    bought(house)
    case = house.row(cases)
    with store.write() as conn:
        asked = rows.row("1" * 24, case.id, case.conversation_id, case.customer_id, rows.CSAT, NOW)
        conn.execute(ratings.insert(), asked | {"score": 1, "given_at": NOW})
    house.later(seconds=30)
    desk_news.tell(house.hub, house.clock())
    assert ("dear_and_unhappy", case.customer_id, "fired") in fired(house)


OPENS = """rules:
  - {id: opens, on: [order.updated], if: "order.total > 1", then: [{case: {reason: damaged}}]}
"""


def test_returns_and_refunds(store: Store) -> None:
    house = ruled(store, named("return_waits"))
    bought(house)
    returned = ReturnRecord("R1", "1001", ReturnState.INSPECTED, "refund")
    house.told(
        ReturnEvent(external_id="r", returned=returned, **PLAIN),
        RefundEvent(external_id="f", refund=RefundRecord("1001", ordered().order.total * 2, NOW, "USD"), **PLAIN),
    )
    assert sorted(fired(house)) == [("large_refund", "1001", "fired"), ("return_waits", "R1", "fired")]
    assert house.row(cases).team == "finance"


def test_something_is_missing(store: Store) -> None:
    house = ruled(store, named("missing_and_dear"))
    bought(house, total=ordered().order.total * 2)
    house.told(StockEvent(external_id="s", problem=StockProblem("1001", (ShippedLine("l1"),)), **PLAIN))
    assert fired(house) == [("missing_and_dear", "1001", "fired")]


def test_the_file_that_we_ship_has_no_rule_but_its_example_is_one() -> None:
    text = (ROOT / "config" / "store" / "rules.yaml").read_text(encoding="utf-8")
    assert rules(text).all == ()
    commented = text.partition("# rules:")[2].partition("rules: []")[0]
    assert [rule.id for rule in rules("rules:" + commented.replace("\n# ", "\n")).all] == ["vip_stuck"]


def test_every_example_is_tested() -> None:
    tested = {"vip_stuck", "dear_and_late", "we_miss_you", "dear_and_unhappy", "return_waits", "missing_and_dear"}
    assert {rules(text).all[0].id for text in EXAMPLES} == tested
