"""Flows see the catalogue, accounts, returns and refunds, in the database and in memory alike."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert

from core.people.consent import SERVICE
from core.shop.buyers import AccountFacts, BuyerRecord
from core.shop.catalogue import Product, Variant
from core.shop.orders import Buyer, Line, ShippedLine
from core.shop.returns import RefundRecord, ReturnRecord, ReturnState
from core.shop.stock_problems import StockProblem
from flows.engine.context import StoreView
from flows.tools.memory_store import MemoryStore, kept_from
from hub.conversation.store_view import GroupReader, TurnStore
from storage.desk import cases, tables
from storage.engine.store import Store
from storage.people import accounts, consents
from storage.people.tables import consents as consents_table
from storage.shop import products, returns, stock_problems
from tests.fakes import NOW
from tests.storage.orders_sample import order, saved_order

BOOTS = Product("b", "Leather boots", variants=(Variant("v", "BOOT-42", price=Decimal("129.80")),))
JANE = Buyer(id="c1", name="Jane Doe", phone="+12025550101")
RETURNED = ReturnRecord(
    "r1",
    "1001",
    ReturnState.INSPECTED,
    approval="approved",
    logistics="inspected",
    settlement="none",
    told_at=datetime(2026, 12, 1, tzinfo=UTC),
)
REFUNDED = RefundRecord("1001", Decimal(5), NOW)
SHORT = StockProblem("1001", (ShippedLine("l1"),))
LINE = Line("l1", "Boots", "BOOT-42")


@pytest.fixture(params=["rows", "memory"])
def view(request: pytest.FixtureRequest, store: Store) -> Any:
    if request.param == "memory":
        known = BuyerRecord("c1", "Jane Doe", "", JANE.phone, points=7)
        told = {"products": [BOOTS], "buyer": known, "returns": [RETURNED], "refunds": [REFUNDED]}
        told |= {"stock_problems": [SHORT], "cases": {"not_received": [NOW]}, "allows_news": True}
        yield MemoryStore([order(buyer=JANE)], kept_from(told))
        return
    jane = saved_order(store, JANE)
    with store.write() as conn:
        products.save(conn, store, [(BOOTS, NOW)])
        returns.tell(conn, RETURNED, RETURNED.told_at or NOW, jane, NOW)
        returns.add_refund(conn, REFUNDED, NOW)
        stock_problems.save(conn, store, SHORT, NOW)
        for id_, customer, reason in (("1", jane, "not_received"), ("2", jane, "human"), ("3", "else", "not_received")):
            conn.execute(insert(tables.cases).values(cases.row(id_, "t", customer, reason, "", "C1", NOW)))
        conn.execute(insert(consents_table).values(consents.row("sms", JANE.phone, SERVICE, True, "keyword", NOW)))
        accounts.tell(conn, jane, AccountFacts(points=7), NOW, whole=True)
    with store.read() as conn:
        where = SimpleNamespace(channel="sms", value=JANE.phone)
        turn: Any = SimpleNamespace(customer_id=jane, returns=[], conversation=where)
        yield TurnStore(turn, GroupReader(conn, ()))


def test_flows_see_what_the_store_told(view: StoreView) -> None:
    assert view.products_named("have you leather boots?") == [BOOTS]
    assert view.products_named("lethr") == [BOOTS]
    assert (view.product("b"), view.product("x")) == (BOOTS, None)
    assert view.products_of([LINE, Line("l2", "Hat", "HAT")]) == {LINE.id: BOOTS}
    assert view.returns("1001") == [RETURNED]
    assert view.refunds("1001") == [REFUNDED]
    assert (view.returns("1002"), view.refunds("1002")) == ([], [])
    for known in (view.buyer(), view.buyer("1001")):
        assert known
        assert (known.id, known.points) == ("c1", 7)
    assert (view.stock_problem("1001"), view.stock_problem("1002")) == (SHORT, None)
    assert view.cases_for("not_received", NOW) == 1
    assert view.cases_for("not_received", NOW + timedelta(seconds=1)) == 0
    assert view.cases_for("parcel_lost", NOW) == 0
    assert view.allows_news() is True
