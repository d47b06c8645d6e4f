"""A rule of the store on the running system: its case is opened once, through repeated events and killed workers."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import tables
from tests.journeys.actors import Json, until
from tests.journeys.conftest import QUICK
from tests.journeys.system import System, system
from tests.journeys.webhooks import post_store

RULES = """\
rules:
  - id: dear_and_stuck
    on: [shipment.updated]
    if: "order.total >= 500 and parcel.hours_since_scan >= 48"
    once_per: parcel
    then:
      - case: {reason: parcel_trouble, priority: urgent, team: warehouse}
      - tag: stuck
  - id: answered
    on: [case.opened]
    if: "case.reason == 'parcel_trouble'"
    then: [{tag: seen}]
"""
ORDERS, REPEATS, KILLS = 12, 4, 3
firings, cases, tags = tables.rule_firings.c, tables.cases.c, tables.tags.c


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system whose store has rules."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        store = made.var / "store"
        store.mkdir()
        (store / "rules.yaml").write_text(RULES)
        made.run({**QUICK, "STORE_DIR": str(store)})
        yield made


def _told(desk: System, type_: str, data: Json, id_: str) -> None:
    """Tells an event under an id of its own choice; whoever restarts meanwhile takes it when it is there again."""
    told = {"specversion": "1.0", "id": id_, "source": "shop", "type": type_, "data": data}
    until(lambda: post_store(desk, told).status == 202, lambda: f"{id_} taken; {desk.output()}")


def _order(number: str, n: int) -> Json:
    return {
        "number": number,
        "placed_at": datetime.now(UTC).isoformat(),
        "status": "paid",
        "currency": "USD",
        "total": "700.00",
        "customer": {"id": f"buyer-{number}", "name": f"Buyer {n}", "phone": f"+1202555{n:04}", "notify": ["sms"]},
        "shipping_address": {"line1": "1 Mill Lane", "city": "Leeds", "postcode": "LS1 1AA", "country": "GB"},
        "lines": [{"id": "l1", "sku": "CUP", "title": "Cup", "quantity": 1, "unit_price": "700.00"}],
    }


def _parcel(number: str) -> Json:
    scan = {
        "time": (datetime.now(UTC) - timedelta(hours=50)).isoformat(),
        "status": "in_transit",
        "location": "Leipzig",
    }
    shipment = {"id": "s1", "carrier": "DHL", "status": "in_transit", "tracking_number": f"T{number}", "events": [scan]}
    return {"order_number": number, "shipment": shipment}


@pytest.mark.timeout(240)
def test_a_rules_case_is_opened_once_through_repeats_and_killed_workers(desk: System) -> None:
    numbers = [f"R{n}" for n in range(ORDERS)]
    for n, number in enumerate(numbers):
        _told(desk, "order.created", {"order": _order(number, n)}, f"o-{number}")

    def tell() -> None:
        for repeat in range(REPEATS):
            for number in numbers:  # the same event again, and the same news by another event
                _told(desk, "shipment.updated", _parcel(number), f"s-{number}-{repeat // 2}")
                time.sleep(0.1)  # the pace of the telling, not a wait for something

    with ThreadPoolExecutor(1) as threads:
        telling = threads.submit(tell)
        for _ in range(KILLS):
            desk.kill("worker")
            time.sleep(1.5)  # the pace of the killing
        telling.result()

    def open_() -> list[Any]:
        return desk.rows(select(cases.order_number, cases.priority, cases.team, cases.thread))

    until(lambda: len(open_()) >= ORDERS, lambda: f"{ORDERS} cases; there are {open_()}; {desk.output()}", 90)
    desk.settled(60)
    found = open_()
    assert sorted(row.order_number for row in found) == sorted(numbers)
    assert {(row.priority, row.team) for row in found} == {("urgent", "warehouse")}
    assert desk.count(tables.rule_firings, firings.rule == "dear_and_stuck", firings.state == "fired") == ORDERS
    assert desk.count(tables.tags, tags.tag == "stuck") == ORDERS
    until(
        lambda: desk.count(tables.rule_firings, firings.rule == "answered") == ORDERS,
        lambda: f"the second rule, for each case; {desk.output()}",
        60,
    )
    cards = [m for m in desk.slack() if "Trouble with a parcel" in json.dumps(m) and not m.get("thread_ts")]
    assert len(cards) == ORDERS


def test_the_store_sees_why_and_a_mistake_is_not_taken(desk: System) -> None:
    told = json.loads(desk.command("trace", "--order", "R1", "--json").stdout)
    (fired,) = [step for step in told if step["what"] == "rule fired" and step["rule"] == "dear_and_stuck"]
    assert fired["because"]["order.total"] == 700.0
    file = desk.var / "store" / "rules.yaml"
    file.write_text(RULES.replace("shipment.updated", "shipment.update"))
    refused = desk.command("reload")
    assert refused.returncode == 1
    assert "rules.yaml:3: rules.0.on.0: shipment.update: expected some of" in refused.stderr
    file.write_text(RULES)
    assert desk.command("reload").returncode == 0
    dry = json.loads(desk.command("rules", "dry-run", "--since", "1h", "--json").stdout)
    assert {each["held_back"] for each in dry["items"] if each["rule"] == "dear_and_stuck"} == {"once_per"}
