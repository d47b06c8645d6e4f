"""Tests cases: one agent wins a claim, states change only from where they are."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.ids import new_id
from core.people.conversations import CaseState, Priority, Routed
from storage.desk import cases
from storage.desk.cases import Case
from storage.desk.tables import cases as table
from storage.engine.store import Store
from tests.fakes import NOW, PLACE


@pytest.fixture
def case_id(store: Store) -> str:
    return open_case(store)


def open_case(store: Store, reason: str = "asked_human") -> str:
    id_ = new_id(NOW)
    with store.write() as conn:
        conn.execute(store.insert(table), cases.row(id_, "conversation", "customer", reason, "", PLACE, NOW))
    return id_


def load(store: Store, id_: str) -> Case:
    with store.read() as conn:
        found = cases.by_id(conn, id_)
    assert found is not None
    return found


def test_a_case_has_a_number_and_waits(store: Store, case_id: str) -> None:
    case = load(store, case_id)
    assert (case.number, case.state, case.claimed_by, case.thread) == (1, CaseState.OPEN, None, None)
    assert load(store, open_case(store)).number == 2


def test_a_case_keeps_how_it_is_ranked_and_what_was_told(store: Store) -> None:
    routed = Routed(Priority.URGENT, "finance", "fast", ("risk", "风险"))
    row = cases.row(new_id(NOW), "conversation", "customer", "legal", "", PLACE, NOW)
    with store.write() as conn:
        conn.execute(store.insert(table), {**row, **cases.ranks(routed, {"words": "律师", "items": ["a", "b"]})})
    case = load(store, row["id"])
    assert (case.priority, case.team, case.sla, case.tags) == ("urgent", "finance", "fast", ("risk", "风险"))
    assert case.details == {"words": "律师", "items": ["a", "b"]}


def test_whoever_takes_a_case_is_known_by_name(store: Store, case_id: str) -> None:
    assert load(store, case_id).agent_name == ""
    with store.write() as conn:
        cases.claim(conn, case_id, "U0BEA", NOW, "Bea")
    assert load(store, case_id).agent_name == "Bea"


def test_one_agent_wins_a_claim(store: Store, case_id: str) -> None:
    start = threading.Barrier(6)

    def claim(user: str) -> bool:
        start.wait()
        with store.write() as conn:
            return cases.claim(conn, case_id, user, NOW)

    agents = [f"U{n}" for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        won = [agent for agent, got in zip(agents, pool.map(claim, agents), strict=True) if got]
    case = load(store, case_id)
    assert [case.claimed_by] == won
    assert (case.state, case.claimed_at) == (CaseState.CLAIMED, NOW)


def test_a_change_needs_the_state_it_starts_from(store: Store, case_id: str) -> None:
    with store.write() as conn:
        resolved = {"state": CaseState.RESOLVED.value, "resolved_at": NOW}
        assert not cases.change(conn, case_id, (CaseState.CLAIMED,), **resolved)
        assert cases.change(conn, case_id, (CaseState.OPEN, CaseState.CLAIMED), **resolved)
        assert not cases.change(conn, case_id, (CaseState.OPEN, CaseState.CLAIMED), **resolved)
        assert not cases.claim(conn, case_id, "U1", NOW)


def test_a_thread_is_set_once_and_found_again(store: Store, case_id: str) -> None:
    with store.write() as conn:
        conn.execute(cases.SET_THREAD, [{"row": case_id, "thread_": "1.1"}])
        conn.execute(cases.SET_THREAD, [{"row": case_id, "thread_": "2.2"}])
        found = cases.by_thread(conn, PLACE, "1.1")
        assert cases.by_thread(conn, PLACE, "2.2") is None
    assert found is not None
    assert found.id == case_id
