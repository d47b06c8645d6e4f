"""Tests that a customer, order, case or conversation is found by what somebody has in hand."""

import pytest

from core.people.addresses import Address
from core.shop.orders import Buyer
from hub.customers import newcomers
from storage.conversations import conversations
from storage.desk import cases
from storage.desk.tables import cases as cases_table
from storage.engine.store import Store
from storage.people import lookup
from tests.fakes import NOW
from tests.storage.orders_sample import saved_order

PHONE = "+12025550101"


@pytest.fixture
def jane(store: Store) -> str:
    """Makes Jane, who has an order, a case and a conversation, and a stranger; the conversation's id."""
    with store.write() as conn:
        newcomers.ensure(
            conn, store, [(Address("whatsapp", "main", PHONE), "Jane"), (Address("telegram", "main", "42"), "J")], NOW
        )
        spoken = conversations.by_keys(conn, [f"whatsapp:main:{PHONE}"])[f"whatsapp:main:{PHONE}"]
        row = cases.row("case-id", spoken.id, spoken.customer_id, "asked_human", "", "C1", NOW, "1001")
        conn.execute(cases_table.insert(), row)
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE, email="jane@example.com"))
    return spoken.id


@pytest.mark.parametrize(
    "written",
    [
        PHONE,
        "+1 202-555-0101",
        "(202) 555-0101",
        "0012025550101",
        "12025550101",
        "2025550101",
        "whatsapp:+12025550101",
        "tel:+1.202.555.0101",
        " 555-0101 ",
    ],
)
def test_a_phone_is_found_in_any_usual_spelling(store: Store, jane: str, written: str) -> None:
    with store.read() as conn:
        found = lookup.by_phone(conn, written)
        assert found is not None
        assert found.conversation_ids == (jane,)
        assert lookup.by_any(conn, written) == found


@pytest.mark.parametrize("written", ["", "0101", "+12025550199", "nobody", "+4930123456"])
def test_another_phone_is_nobodys(store: Store, jane: str, written: str) -> None:
    with store.read() as conn:
        assert lookup.by_phone(conn, written) is None


def test_number_forms_of_a_country_are_one(store: Store) -> None:
    with store.write() as conn:
        newcomers.ensure(conn, store, [(Address("whatsapp", "main", "+5212234567890"), "Ana")], NOW)
    with store.read() as conn:
        assert lookup.by_phone(conn, "+52 1 223 456 7890") == lookup.by_phone(conn, "+52 223 456 7890")


@pytest.mark.parametrize(
    "word", ["1001", "#1001", "c1", "jane@example.com", f"whatsapp:main:{PHONE}", "case-id", "{id}"]
)
def test_what_nobody_has_named_the_kind_of_is_found(store: Store, jane: str, word: str) -> None:
    with store.read() as conn:
        found = lookup.by_any(conn, word.format(id=jane))
    assert found is not None
    assert found.conversation_ids == (jane,)


def test_an_order_is_its_customers_and_a_case_begins_when_it_was_opened(store: Store, jane: str) -> None:
    with store.read() as conn:
        number = conn.scalar(cases_table.select().with_only_columns(cases_table.c.number))
        order, case = lookup.by_order(conn, "1001"), lookup.by_case(conn, f"#{number}")
        assert lookup.by_order(conn, "2002") is None
        assert lookup.by_order(conn, " #１００１") == order
        assert lookup.by_case(conn, "99") is None
        assert lookup.by_case(conn, "9" * 30) is None
    assert order is not None
    assert (order.order_number, len(order.customer_ids)) == ("1001", 1)
    assert case is not None
    assert (case.case_id, case.since) == ("case-id", NOW)
