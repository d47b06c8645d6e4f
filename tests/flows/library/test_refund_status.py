"""Tests where a refund is, and when it is late."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.shop.returns import Refunded, RefundRecord, ReturnRecord, ReturnState
from flows.engine.context import ActionContext
from flows.library.refund_status.actions import working_days_after
from flows.tools.memory_store import Kept, MemoryStore, orders_from
from tests.flows.library.samples import PHONE, context, granted, order, value


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T17:00:00+00:00")


def back(state: str, day: str = "2026-12-01", **more: Any) -> ReturnRecord:
    return ReturnRecord("R1001-1", "1001", ReturnState(state), "refund", told_at=at(day), **more)


def paid_back(day: str, method: str = "original") -> RefundRecord:
    return RefundRecord("1001", Decimal("54.10"), at(day), "USD", method)


def shop(*records: Any, now: str = "2026-12-02", **changed: Any) -> ActionContext:
    returns = tuple(each for each in records if isinstance(each, ReturnRecord))
    refunds = tuple(each for each in records if isinstance(each, RefundRecord))
    store = MemoryStore(orders_from([order(**changed)]), Kept(returns=returns, refunds=refunds))
    return context(store=store, grants=granted(hours=24 * 60), now=at(now))


@pytest.mark.parametrize(
    ("records", "state"),
    [
        ((), "none"),
        ((back("requested"),), "requested"),
        ((back("approved"),), "approved"),
        ((back("label_sent", label_url="https://labels.example/1"),), "label_sent"),
        ((back("in_transit"),), "in_transit"),
        ((back("received"),), "received"),
        ((back("inspected"),), "inspected"),
        ((back("refused"),), "refused"),
        ((back("cancelled"),), "cancelled"),
        ((back("completed"),), "completed"),
        ((back("completed", refund=Refunded(Decimal("54.10"), "USD", "original")),), "issued"),
        ((back("completed"), paid_back("2026-12-01")), "issued"),
        ((back("requested", "2026-12-01"), paid_back("2026-11-01")), "requested"),
        ((paid_back("2026-11-30"),), "issued"),
    ],
)
def test_where_the_money_is(records: tuple[Any, ...], state: str) -> None:
    assert value("report_refund", shop(*records), order_number="1001")["state"] == state


def test_after_ten_bank_days_it_is_late_unless_it_is_credit() -> None:
    told = value("report_refund", shop(paid_back("2026-12-01"), now="2026-12-15"), order_number="1001")
    assert (told["state"], told["amount"], told["on"], told["by"]) == ("issued", "54.10", "2026-12-01", "2026-12-15")
    late = shop(back("completed"), paid_back("2026-12-01"), now="2026-12-16")
    told = value("report_refund", late, order_number="1001")
    assert (told["state"], told["reference"]) == ("overdue", "R1001-1")
    credit = shop(paid_back("2026-12-01", "store_credit"), now="2026-12-16")
    assert value("report_refund", credit, order_number="1001")["state"] == "issued"


def test_what_arrived_is_refunded_within_days() -> None:
    told = value("report_refund", shop(back("received", "2026-12-03"), now="2026-12-04"), order_number="1001")
    assert told["by"] == "2026-12-10"


@pytest.mark.parametrize(("status", "state"), [("cancelled", "order_cancelled"), ("refunded", "issued")])
def test_an_order_that_the_store_ended(status: str, state: str) -> None:
    assert value("report_refund", shop(status=status), order_number="1001")["state"] == state


def test_weekends_are_no_working_days() -> None:
    friday = date(2026, 12, 4)
    assert working_days_after(friday, 1) == date(2026, 12, 7)
    assert working_days_after(friday, 5) == date(2026, 12, 11)
    assert working_days_after(friday, 0) == friday


def test_the_order_with_a_return_is_meant() -> None:
    store = MemoryStore(orders_from([order("1001"), order("1002")]), Kept(returns=(back("approved"),)))
    mine = context(store=store, address=PHONE, channel="whatsapp")
    assert value("find_orders", mine, wanted="repaid") == {"outcome": "one", "order_number": "1001"}
    assert [each["value"] for each in value("list_orders", mine, wanted="repaid")] == ["1001"]
    assert value("find_orders", mine, wanted="repaid", order_number="1002")["order_number"] == "1002"
    neither = context(order("1001"), order("1002"), address=PHONE, channel="whatsapp")
    assert value("find_orders", neither, wanted="repaid")["outcome"] == "several"
    assert value("find_orders", neither, wanted="repaid", spoken_of="1002")["order_number"] == "1002"
    assert value("find_orders", context(), wanted="repaid")["outcome"] == "none"
