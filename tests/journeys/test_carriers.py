"""Parcels that carriers tell of: before the shop or after it, doubled, turned round and lost, through kills.

Whatever comes first, there is one parcel and one notice for each thing, and the trace says who told what.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from storage import tables
from tests.journeys.actors import Json
from tests.journeys.system import System
from tests.journeys.wording import said

OUT, DELIVERED, ON_ITS_WAY = "is out for delivery", "has been delivered", "is on its way"


def greeted(desk: System) -> str:
    phone = desk.meet()
    desk.say(phone, "menu")
    desk.expect(phone, said("utter_ask_topic"))
    return phone


def own(desk: System, phone: str) -> str:
    return "+" + str(desk.phone(phone)["number"]).removeprefix("+")


def carrier(desk: System, number: str, *steps: str, service: str = "aftership", **how: object) -> None:
    """Tells what the carrier says, a message for each step."""
    about = {"service": service, "number": f"1Z{number}0000000000", "carrier": "ups", **how}
    answers = desk.api("carriers/course", {**about, "steps": steps}).get("answers", [])
    assert all(each["status"] == 200 for each in answers), answers


def shop(desk: System, number: str, id_: str = "") -> None:
    """Tells what the shop says: the order left with this number."""
    parcel = {"id": id_ or f"s{number}", "carrier": "UPS", "tracking_number": f"1Z{number} 0000 0000 00"}
    told = {"order_number": number, "shipment": {**parcel, "status": "info_received"}}
    desk.reports("shipment.created", told)


def heard(desk: System, phone: str) -> list[str]:
    return [bubble["text"] for bubble in desk.answers(phone)]


def told_of(desk: System, number: str) -> list[Json]:
    answer = desk.command("trace", "--order", number, "--json")
    assert answer.returncode == 0, answer.stderr
    return [step for step in json.loads(answer.stdout) if step["what"] == "told"]


def parcels_of(desk: System, number: str) -> int:
    table = tables.shipments
    rows = desk.rows(select(func.count()).select_from(table).where(table.c.order_number == number))
    return int(rows[0][0])


@pytest.mark.timeout(240)
def test_a_carrier_that_overtakes_the_shop(desk: System) -> None:
    phone, number = greeted(desk), "7101"
    carrier(desk, number, "moving", "out", times=2)
    desk.kill("worker")
    desk.sells(number, own(desk, phone))
    desk.settled(90)
    assert OUT not in " ".join(heard(desk, phone))

    shop(desk, number)
    desk.kill("worker")
    desk.expect(phone, OUT, 60)
    shop(desk, number, "another-id")
    carrier(desk, number, "delivered", service="17track")
    carrier(desk, number, "moving", service="easypost", at=(datetime.now(UTC) - timedelta(hours=1)).isoformat())
    desk.expect(phone, DELIVERED, 60)
    desk.settled(90)

    words = heard(desk, phone)
    assert [sum(fragment in text for text in words) for fragment in (OUT, DELIVERED)] == [1, 1], desk.told(phone)
    assert parcels_of(desk, number) == 1
    told = {(step["from"], step.get("status")) for step in told_of(desk, number)}
    assert {("aftership", "out_for_delivery"), ("17track", "delivered"), ("easypost", "in_transit")} <= told
    assert any(who not in ("aftership", "17track", "easypost") and state == "info_received" for who, state in told)


@pytest.mark.timeout(240)
def test_a_shop_that_is_first_and_a_carrier_whose_messages_come_turned_round(desk: System) -> None:
    phone, number = greeted(desk), "7102"
    desk.sells(number, own(desk, phone))
    shop(desk, number)
    desk.expect(phone, ON_ITS_WAY, 60)
    desk.kill("worker")
    carrier(desk, number, "moving", "out", turned=True, times=2)
    desk.kill("worker")
    desk.expect(phone, OUT, 60)
    carrier(desk, number, "neighbour", "moving", lose=[1], signed_by="A. Lovelace")
    desk.kill("web:server")
    carrier(desk, number, "moving", at=(datetime.now(UTC) - timedelta(hours=2)).isoformat())
    text = desk.expect(phone, DELIVERED, 60)["text"]
    assert "A neighbour took it in: A. Lovelace" in text
    desk.settled(90)
    words = heard(desk, phone)
    counts = [sum(fragment in each for each in words) for fragment in (ON_ITS_WAY, OUT, DELIVERED)]
    assert counts == [1, 1, 1], desk.told(phone)
    assert parcels_of(desk, number) == 1


def test_who_is_no_carrier_is_refused_and_the_doctor_counts_what_waits(desk: System) -> None:
    number = "7103"
    about = {"service": "aftership", "number": f"1Z{number}", "step": "out"}
    answers = desk.api("carriers/tell", {**about, "header": "none", "hold": True})
    assert answers == {"held": 1}
    carrier(desk, number, "moving")
    desk.handled(60)
    told = desk.command("doctor")
    assert "of parcels or orders that the shop has not told of" in told.stdout
    assert "webhooks are taken" in told.stdout
