"""Tests how a case is locked: whoever waited for it sees what the quicker one left."""

import threading
from concurrent.futures import ThreadPoolExecutor

from core.cases.steps import Step
from core.messages.inbound import Address
from core.people.conversations import CaseState
from storage.conversations import conversations
from storage.desk import cases
from storage.desk.cases import Case, Holder
from storage.desk.locking import locked
from storage.desk.tables import cases as table
from storage.engine.store import Store
from storage.people.tables import customers
from tests.fakes import NOW, PLACE

HERE, THERE = Address("sms", "main", "+12025550101"), Address("whatsapp", "main", "12025550101")


def opened(store: Store) -> tuple[Case, str]:
    """Opens a case in one of the customer's two conversations; the id of the other one."""
    here, there = (conversations.row(address, "customer", NOW) for address in (HERE, THERE))
    with store.write() as conn:
        conn.execute(store.insert(customers), [{"id": "customer", "created_at": NOW}])
        conversations.add_all(conn, store, [here, there])
        conn.execute(store.insert(table), cases.row("c1", here["id"], "customer", "damaged", "", PLACE, NOW))
        found = cases.by_id(conn, "c1")
    assert found is not None
    return found, there["id"]


def test_whoever_waited_sees_who_was_quicker(store: Store) -> None:
    case, _there = opened(store)
    is_locked, is_waiting = threading.Event(), threading.Event()

    def quicker() -> None:
        with store.write() as conn:
            assert locked(conn, case)
            is_locked.set()
            assert is_waiting.wait(10)
            assert cases.take_step(conn, case, Step.TAKE, NOW, Holder("U1", "Bea"))

    def slower() -> tuple[CaseState, str | None]:
        assert is_locked.wait(10)
        is_waiting.set()
        with store.write() as conn:
            found = locked(conn, case)
        assert found is not None
        return found[0].state, found[0].claimed_by

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(quicker), pool.submit(slower)
        first.result()
        assert second.result() == (CaseState.CLAIMED, "U1")


def test_a_case_that_moved_is_locked_where_it_is_now(store: Store) -> None:
    case, there = opened(store)
    with store.write() as conn:
        cases.go_on_in(conn, case.id, there)
    with store.write() as conn:
        found = locked(conn, case)
    assert found is not None
    assert (found[0].conversation_id, found[1].id) == (there, there)


def test_of_what_is_gone_there_is_nothing(store: Store) -> None:
    case, _there = opened(store)
    with store.write() as conn:
        conn.execute(table.delete())
    with store.write() as conn:
        assert locked(conn, case) is None
        assert locked(conn, None) is None
