"""Tests that what providers say of prices is booked: by what a message was for, once, in its receipts' own groups."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from core.messages.charges import Charge
from core.messages.inbound import Receipt, ReceiptStatus
from core.people.addresses import Address
from hub.delivery.outcomes.results import record
from hub.delivery.taking import take_due
from hub.trace import trace
from notifications.store.prices import Prices
from storage.costs.tables import costs
from storage.engine.store import Store
from storage.notices.tables import notices
from storage.queues.tables import parked_receipts
from tests.fakes import shipped_notices
from tests.hub.delivery.test_delivery import put, wrote
from tests.hub.house import SMS, WHATSAPP, House, sent_by
from tests.hub.notices.test_lifecycle import ordered, parcel
from tests.statements import listening

DELIVERED, READ = ReceiptStatus.DELIVERED, ReceiptStatus.READ
UTILITY = Charge("utility")
PRICE = Charge("", "0.0166", "USD", 2)


def booked(house: House) -> list[tuple[str, str, Decimal, str]]:
    rows = sorted(house.rows(costs), key=lambda row: row.id)
    return [(row.channel, row.category, Decimal(row.micros).scaleb(-6), row.source) for row in rows]


def leave(house: House, to: Address = WHATSAPP, **more: Any) -> str:
    """Sends a message; returns the provider's id of its (only) call."""
    wrote(house, to)
    put(house, to=to, **more)
    house.send()
    return str(house.parts()[-1].provider_id)


def test_a_category_has_the_store_s_price(house: House) -> None:
    id_ = leave(house)
    house.receipt(DELIVERED, provider_id=id_, charge=UTILITY)
    assert booked(house) == [("whatsapp", "utility", Decimal("0.0034"), "table")]


def test_it_is_booked_once_whatever_is_said_again(house: House) -> None:
    id_ = leave(house)
    for status in (DELIVERED, READ, DELIVERED):
        house.receipt(status, provider_id=id_, charge=UTILITY)
    assert len(booked(house)) == 1


def test_a_sum_is_booked_as_it_is_said_and_takes_the_estimate_s_place(house: House) -> None:
    id_ = leave(house)
    house.receipt(DELIVERED, provider_id=id_, charge=UTILITY)
    house.receipt(DELIVERED, provider_id=id_, charge=Charge("", "0.0084", "USD"))
    assert booked(house) == [("whatsapp", "", Decimal("0.0084"), "provider")]
    house.receipt(READ, provider_id=id_, charge=UTILITY)
    assert booked(house) == [("whatsapp", "", Decimal("0.0084"), "provider")]


def test_both_in_one_group(house: House) -> None:
    id_ = leave(house)
    told = (Charge("", "0.0084", "USD"), UTILITY)
    house.accept(
        *(Receipt(f"r{n}", WHATSAPP, DELIVERED, house.clock(), id_, charge=each) for n, each in enumerate(told))
    )
    house.drain()
    assert booked(house) == [("whatsapp", "", Decimal("0.0084"), "provider")]


def test_a_price_says_nothing_of_the_state(house: House) -> None:
    id_ = leave(house, SMS)
    house.receipt(READ, SMS, provider_id=id_)
    house.receipt(DELIVERED, SMS, provider_id=id_, charge=PRICE)
    assert [part.status for part in house.parts()] == ["read"]
    assert booked(house) == [("sms", "", Decimal("0.0166"), "provider")]


def test_what_came_before_the_call_s_answer_is_booked_with_it(house: House) -> None:
    wrote(house)
    put(house, to=WHATSAPP)
    (job,), _ = take_due(house.hub, house.pace, 50)
    result = sent_by(job)
    house.receipt(DELIVERED, provider_id="whatsapp-1", charge=UTILITY)
    assert booked(house) == []
    record(house.hub, house.pace, [result])
    assert booked(house) == [("whatsapp", "utility", Decimal("0.0034"), "table")]


def test_a_listed_message_of_another_program_is_not_waited_for(house: House) -> None:
    house.receipt(DELIVERED, SMS, provider_id="SM-of-theirs", charge=PRICE)
    assert house.rows(parked_receipts) == []


def test_what_is_free_or_of_nobody_s_is_not_booked(house: House) -> None:
    id_ = leave(house)
    house.receipt(DELIVERED, provider_id=id_)
    house.receipt(DELIVERED, provider_id="of somebody else", charge=UTILITY)
    assert booked(house) == []


def test_nothing_is_asked_where_nothing_costs_anything(house: House) -> None:
    id_ = leave(house)
    asked: list[str] = []
    with listening(lambda sql, _values: asked.append(sql)):
        house.receipt(DELIVERED, provider_id=id_)
    assert not any("costs" in sql for sql in asked)


def test_what_has_no_known_price_is_not_booked(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    house = House(store, notices=msgspec.structs.replace(shipped_notices(), prices=Prices()))
    id_ = leave(house)
    house.receipt(DELIVERED, provider_id=id_, charge=UTILITY)
    assert booked(house) == []
    (record,) = [each for each in caplog.records if "no price is known" in each.message]
    assert (record.category, record.country) == ("utility", "US")  # type: ignore[attr-defined]


def test_it_is_known_what_it_was_for(house: House) -> None:
    id_ = leave(house, case_id="c1", flow="order_status")
    house.receipt(DELIVERED, provider_id=id_, charge=UTILITY)
    (row,) = house.rows(costs)
    assert (row.case_id, row.flow, row.part_id) == ("c1", "order_status", house.parts()[0].id)


def test_a_reply_knows_its_flow(house: House) -> None:
    house.hear("Where is my order?")
    house.texts()
    (part,) = house.parts()
    house.receipt(DELIVERED, provider_id=part.provider_id, charge=Charge("service"))
    (row,) = house.rows(costs)
    assert row.flow == "order_status"


def test_the_trace_says_what_a_message_cost(house: House) -> None:
    id_ = leave(house)
    house.receipt(DELIVERED, provider_id=id_, charge=UTILITY)
    with house.store.read() as conn:
        (step,) = [step for step in trace(conn, id_) if step["what"] == "cost"]
    assert (step["amount"], step["currency"], step["category"], step["said_by"]) == (
        "0.0034",
        "USD",
        "utility",
        "table",
    )


def test_a_notice_s_cost_knows_its_kind(house: House) -> None:
    house.told(ordered(), parcel())
    house.send()
    (part,) = house.parts()
    with house.store.write() as conn:
        conn.execute(notices.update().values(campaign_id="autumn"))
    house.receipt(DELIVERED, SMS, provider_id=part.provider_id, charge=PRICE)
    (row,), (notice,) = house.rows(costs), house.rows(notices)
    assert (row.kind, row.notice_id, row.campaign_id, row.flow) == ("shipped", notice.id, "autumn", "")
    with house.store.read() as conn:
        assert [step["amount"] for step in trace(conn, notice.id) if step["what"] == "cost"] == ["0.0166"]
