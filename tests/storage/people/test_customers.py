"""Tests who is known by a number."""

from pathlib import Path
from typing import Any

from sqlalchemy import event

from core.people.addresses import Address
from storage.engine import migrate
from storage.engine.store import Store
from storage.people import addresses, customers
from tests.fakes import NOW, PHONE


def test_strangers_are_those_with_the_number_of_whom_the_store_has_not_spoken(store: Store) -> None:
    with store.write() as conn:
        jane = customers.add(conn, NOW, store_id="c1", phone=PHONE)
        writer = customers.add(conn, NOW, phone=PHONE)
        prover = customers.add(conn, NOW)
        addresses.add(conn, store, Address("telegram", "main", "42"), prover, NOW, phone=PHONE)
        customers.add(conn, NOW, phone=PHONE, email="ben@example.com")
        customers.add(conn, NOW, phone="+12025550199")
        assert customers.strangers(conn, PHONE, besides=jane) == [writer, prover]
        assert customers.strangers(conn, PHONE, besides=writer) == [prover]


def test_strangers_are_not_looked_for_among_everybody(tmp_path: Path) -> None:
    """Most customers of a large store have no account there: an order must not look at them all."""
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    migrate.upgrade(store)
    ran: list[tuple[str, Any]] = []
    with store.write() as conn:
        event.listen(conn, "before_cursor_execute", lambda _c, _cur, sql, given, *_: ran.append((sql, given)))
        customers.strangers(conn, PHONE, besides="x")
        ((sql, given),) = ran
        plan = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)]
    store.close()
    assert "SEARCH customers USING INDEX ix_customers_phone (phone=?)" in plan
    assert not [step for step in plan if step.startswith("SCAN") or "store_id" in step or "email" in step]
