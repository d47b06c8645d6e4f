"""Tests that what the store tells of a return leads to the return that is meant, and that the newest word counts."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec

from core.ids import new_id
from core.shop.returns import Refunded, RefundRecord, ReturnedLine, ReturnRecord, ReturnState
from core.shop.stock_problems import StockProblem
from storage.engine.store import Store
from storage.shop import returns, stock_problems
from storage.shop.tables import returns as table
from tests.fakes import NOW

LINES = (ReturnedLine("l1", 1, "size_small"),)


def asked(
    store: Store, reference: str = "R1001-1", lines: str = '[{"line_id":"l1","quantity":1,"reason":"size"}]'
) -> None:
    row = {"id": new_id(NOW), "reference": reference, "order_number": "1001", "customer_id": "c", "state": "requested"}
    with store.write() as conn:
        conn.execute(
            table.insert(),
            {**row, "conversation_id": "v", "resolution": "refund", "lines": lines, "created_at": NOW},
        )


def tell(store: Store, id_: str, state: ReturnState, minutes: int = 0, **facts: Any) -> bool:
    at = NOW + timedelta(minutes=minutes)
    record = ReturnRecord(**{"id": id_, "order_number": "1001", "state": state, "lines": LINES, **facts})
    with store.write() as conn:
        return returns.tell(conn, record, at, "c", NOW) is not None


def stand(store: Store) -> list[tuple[str, str]]:
    with store.read() as conn:
        return [(each.id, each.state.value) for each in returns.of_order(conn, "1001")]


def test_a_return_asked_for_here_is_the_one_the_store_tells_of(store: Store) -> None:
    asked(store)
    assert stand(store) == [("R1001-1", "requested")]
    assert tell(store, "shop-88", ReturnState.APPROVED, 1)  # its only open one with these lines
    assert tell(store, "shop-88", ReturnState.LABEL_SENT, 2, label_url="https://l.example", lines=())
    assert tell(store, "R1001-1", ReturnState.RECEIVED, 3, refund=Refunded(Decimal(9), "USD"))  # by our number
    assert not tell(store, "shop-88", ReturnState.IN_TRANSIT, 2)
    with store.read() as conn:
        (found,) = returns.of_order(conn, "1001")
    assert (found.id, found.state, found.resolution) == ("R1001-1", ReturnState.RECEIVED, "refund")
    assert (found.lines, found.label_url, found.refund) == (LINES, "https://l.example", Refunded(Decimal(9), "USD"))
    assert found.told_at == NOW + timedelta(minutes=3)


def test_a_label_stays_sent_where_the_return_is_only_approved_once_more(store: Store) -> None:
    tell(store, "shop-1", ReturnState.LABEL_SENT, 1, label_url="https://l.example")
    tell(store, "shop-1", ReturnState.APPROVED, 2)
    assert stand(store) == [("shop-1", "label_sent")]
    tell(store, "shop-1", ReturnState.CANCELLED, 3)
    assert stand(store) == [("shop-1", "cancelled")]


def test_a_return_of_elsewhere_is_kept_by_itself(store: Store) -> None:
    asked(store, lines='[{"line_id":"l2","quantity":1,"reason":"size"}]')
    tell(store, "shop-1", ReturnState.APPROVED, 1)
    tell(store, "shop-2", ReturnState.REQUESTED, 2)
    assert sorted(stand(store)) == [("R1001-1", "requested"), ("shop-1", "approved"), ("shop-2", "requested")]
    with store.read() as conn:
        assert returns.of_order(conn, "1002") == []


def test_of_two_that_are_alike_none_is_taken_for_the_stores(store: Store) -> None:
    asked(store)
    asked(store, "R1001-2")
    tell(store, "shop-1", ReturnState.APPROVED, 1)
    assert len(stand(store)) == 3


def test_lines_of_a_return_that_came_to_nothing_may_be_sent_back(store: Store) -> None:
    tell(store, "a", ReturnState.REFUSED)
    tell(store, "b", ReturnState.CANCELLED)
    with store.read() as conn:
        assert returns.open_of(conn, "1001") == []
    tell(store, "c", ReturnState.COMPLETED)
    with store.read() as conn:
        ((state, lines),) = returns.open_of(conn, "1001")
    assert (state, msgspec.json.decode(lines)) == ("completed", [{"line_id": "l1", "reason": "size_small"}])


def test_what_an_earlier_version_wrote_is_read(store: Store) -> None:
    asked(store)
    with store.write() as conn:
        conn.execute(table.update().values(state="declined"))
        assert returns.open_of(conn, "1001") == []
    assert stand(store) == [("R1001-1", "refused")]


def test_refunds_are_listed_newest_first(store: Store) -> None:
    older = RefundRecord("1001", Decimal("1.10"), NOW, "USD", "original", LINES)
    newer = RefundRecord("1001", Decimal(2), NOW + timedelta(days=1))
    with store.write() as conn:
        for refund in (older, newer, RefundRecord("1002", Decimal(3), NOW)):
            returns.add_refund(conn, refund, NOW)
        assert returns.refunds_of(conn, "1001") == [newer, older]


def test_the_newest_problem_of_stock_counts(store: Store) -> None:
    problem, later = StockProblem("1001"), StockProblem("1001", expected=NOW.date())
    with store.write() as conn:
        assert stock_problems.save(conn, store, later, NOW)
        assert not stock_problems.save(conn, store, problem, NOW - timedelta(minutes=1))
        assert stock_problems.of_order(conn, "1001") == later
        assert stock_problems.of_order(conn, "1002") is None
