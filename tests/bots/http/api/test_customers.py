"""Tests the view of one customer: found by whatever is at hand, whole, and by statements that do not grow with it."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from bots.wiring.intake import Intake
from core.people.addresses import Address
from core.people.consent import MARKETING, SERVICE
from core.shop.orders import Buyer, OrderStatus
from hub.customers import newcomers
from storage.desk.tables import ratings
from storage.notices import notices
from storage.notices.notices import Decided
from storage.people import consents
from storage.people.tables import consents as ledger
from storage.shop import tags
from storage.shop.tags import Tag
from tests.bots.http.api.caller import ask
from tests.bots.http.api.test_notices import add
from tests.fakes import NOW, PHONE
from tests.storage.orders_sample import saved_order

JANE = Buyer(id="c1", name="Jane Doe", phone=PHONE, email="jane@example.com", tier="vip", locale="en")

STATES = {"1001": OrderStatus.PAID, "1002": OrderStatus.CANCELLED, "1003": OrderStatus.FULFILLED}


@pytest.fixture
def jane(intake: Intake) -> str:
    """Makes a customer with three orders, a word of consent, a rating and a tag; returns our id."""
    for number, status in STATES.items():
        id_ = saved_order(intake.store, JANE, number=number, status=status)
    with intake.store.write() as conn:
        newcomers.ensure(conn, intake.store, [(Address("whatsapp", "main", PHONE), "Jane")], NOW)
        for granted in (True, False):
            conn.execute(ledger.insert(), consents.row("sms", PHONE, MARKETING, granted, "keyword", NOW))
        conn.execute(ledger.insert(), consents.row("whatsapp", PHONE, SERVICE, True, "order", NOW))
        given = {"id": "r" * 24, "case_id": "k" * 24, "conversation_id": "v" * 24, "customer_id": id_, "kind": "csat"}
        conn.execute(ratings.insert(), {**given, "score": 5, "asked_at": NOW, "given_at": NOW})
        tags.add(conn, intake.store, [Tag("customer", id_, "big_spender", id_)], NOW)
        tags.add(conn, intake.store, [Tag("order", "1001", "vip_stuck", id_, "1001")], NOW)
    return id_


def one(intake: Intake, who: str) -> Any:
    status, body = ask(intake, f"/api/v1/customers/{who}")
    assert status == 200, body
    return body


def test_a_customer_is_found_by_whatever_is_at_hand(intake: Intake, jane: str) -> None:
    for who in (jane, "c1", PHONE, PHONE.replace("+", "%2B"), "jane@example.com", f"whatsapp:main:{PHONE}"):
        assert one(intake, who)["id"] == jane


def test_all_of_it_is_there(intake: Intake, jane: str) -> None:
    add(intake, "shipped", "1001", Decided(notices.QUEUED))
    found = one(intake, jane)
    assert (found["store_id"], found["name"], found["phone"], found["tier"]) == ("c1", "Jane Doe", PHONE, "vip")
    assert {each["number"] for each in found["orders"]} == {"1001", "1002", "1003"}
    assert found["value"] == [{"currency": "USD", "amount": str(2 * Decimal("129.80"))}]
    assert found["tags"] == ["big_spender", "vip_stuck"]
    assert [(each["channel"], each["purpose"], each["granted"]) for each in found["consents"]] == [
        ("sms", "marketing", False),
        ("whatsapp", "service", True),
    ]
    assert [(each["kind"], each["score"]) for each in found["ratings"]] == [("csat", 5)]
    assert [(each["channel"], each["value"], each["works"]) for each in found["reached"]] == [("whatsapp", PHONE, True)]
    assert found["counts"]["orders"] == 3


def test_nobody_by_that_name(intake: Intake) -> None:
    for who in ("c9", "+12025550199", "a/b/c", "%00", "é"):
        status, body = ask(intake, f"/api/v1/customers/{who}")
        assert (status, "there is no such customer" in body["error"]) == (404, True)


def test_statements_do_not_grow_with_the_customer(intake: Intake, jane: str) -> None:
    def counted() -> int:
        asked: list[str] = []

        def hear(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        engine = intake.store._reader
        event.listen(engine, "before_cursor_execute", hear)
        one(intake, jane)
        event.remove(engine, "before_cursor_execute", hear)
        return len(asked)

    before = counted()
    for n in range(20):
        saved_order(intake.store, JANE, number=f"20{n}")
    assert counted() == before <= 20
