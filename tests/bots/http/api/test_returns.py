"""Tests that a store can list returns: those asked for here, and those that it told of."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bots.wiring.intake import Intake
from core.shop.returns import Refunded, ReturnedLine, ReturnRecord, ReturnState
from storage.shop import returns
from tests.bots.http.api.caller import ask, pages
from tests.fakes import NOW


def told(intake: Intake, id_: str, order: str, state: ReturnState, seconds: int = 0) -> None:
    at = NOW + timedelta(seconds=seconds)
    record = ReturnRecord(
        id_,
        order,
        state,
        "refund",
        (ReturnedLine("l1", 1, "size", exchange_for="v43"),),
        refund=Refunded(Decimal("99.8"), "USD", "original"),
        approval="approved" if state is ReturnState.RECEIVED else "needs_review",
        told_at=at,
    )
    with intake.store.write() as conn:
        returns.tell(conn, record, at, "c" * 24, at)


@pytest.fixture
def three(intake: Intake) -> Intake:
    """Knows three returns, of two orders."""
    told(intake, "r1", "1001", ReturnState.REQUESTED)
    told(intake, "r2", "1002", ReturnState.RECEIVED, 1)
    told(intake, "r3", "1002", ReturnState.REQUESTED, 2)
    return intake


def test_a_return_is_told_whole(three: Intake) -> None:
    status, body = ask(three, "/api/v1/returns?order=1001")
    assert status == 200
    assert body["items"] == [
        {
            "id": "r1",
            "store_id": "r1",
            "order": "1001",
            "customer_id": "c" * 24,
            "state": "requested",
            "resolution": "refund",
            "lines": [{"line_id": "l1", "quantity": 1, "reason": "size", "condition": None, "exchange_for": "v43"}],
            "label_url": None,
            "refund": {"amount": "99.80", "currency": "USD", "method": "original"},
            "approval": "needs_review",
            "logistics": "none",
            "settlement": "none",
            "refusal": None,
            "created_at": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    ]


@pytest.mark.parametrize(
    ("query", "ids"),
    [("", ["r3", "r2", "r1"]), ("state=requested", ["r3", "r1"]), ("state=requested&order=1002", ["r3"])],
)
def test_by_state_and_order_newest_first(three: Intake, query: str, ids: list[str]) -> None:
    assert [each["id"] for each in ask(three, f"/api/v1/returns?{query}")[1]["items"]] == ids


def test_page_by_page(three: Intake) -> None:
    assert [[each["id"] for each in page] for page in pages(three, "/api/v1/returns?limit=2")] == [["r3", "r2"], ["r1"]]


def test_a_state_that_there_is_not(three: Intake) -> None:
    status, body = ask(three, "/api/v1/returns?state=requestd")
    assert (status, body["path"]) == (400, "$.state")
    assert "did you mean 'requested'?" in body["error"]
