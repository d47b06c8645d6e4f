"""Tests cases: one agent wins a claim, states change only from where they are."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from core.cases.steps import Step
from core.ids import new_id
from core.people.conversations import CaseState, Priority, Routed
from storage.desk import cases, threads
from storage.desk.cases import NOBODY, Case, Holder
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


def taken(conn: Connection, id_: str, user: str, name: str = "") -> None:
    found = cases.by_id(conn, id_)
    assert found is not None
    assert cases.take_step(conn, found, Step.TAKE, NOW, Holder(user, name))


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
        taken(conn, case_id, "U0BEA", "Bea")
    assert load(store, case_id).agent_name == "Bea"


def test_one_agent_wins_a_claim(store: Store, case_id: str) -> None:
    start, found = threading.Barrier(6), load(store, case_id)

    def claim(user: str) -> bool:
        start.wait()
        with store.write() as conn:
            return cases.take_step(conn, found, Step.TAKE, NOW, Holder(user)) is not None

    agents = [f"U{n}" for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        won = [agent for agent, got in zip(agents, pool.map(claim, agents), strict=True) if got]
    case = load(store, case_id)
    assert [case.claimed_by] == won
    assert (case.state, case.claimed_at) == (CaseState.CLAIMED, NOW)


def test_a_step_needs_the_case_as_it_was_read(store: Store, case_id: str) -> None:
    was = load(store, case_id)
    with store.write() as conn:
        assert cases.take_step(conn, was, Step.WAKE, NOW) is None
        assert cases.take_step(conn, was, Step.TAKE, NOW, Holder("U1", "Ann")) is CaseState.CLAIMED
        assert cases.take_step(conn, was, Step.RESOLVE, NOW) is None
    held = load(store, case_id)
    with store.write() as conn:  # a colleague takes it over; who still sees it with Ann is told
        assert cases.take_step(conn, held, Step.TAKE, NOW, Holder("U2", "Bea")) is CaseState.CLAIMED
        assert cases.take_step(conn, held, Step.RELEASE, NOW, NOBODY) is None


def test_what_a_case_rests_for_ends_with_its_rest(store: Store, case_id: str) -> None:
    with store.write() as conn:
        taken(conn, case_id, "U1")
        held = cases.by_id(conn, case_id)
        assert held
        assert cases.take_step(conn, held, Step.HOLD, NOW, wakes_at=NOW, waits_for="the carrier")
        rests = cases.by_id(conn, case_id)
        assert rests
        assert (rests.state, rests.wakes_at, rests.waits_for) == ("on_hold", NOW, "the carrier")
        assert cases.take_step(conn, rests, Step.TAKE, NOW, Holder("U2")) is CaseState.ON_HOLD
        given = cases.by_id(conn, case_id)
        assert given
        assert (given.claimed_by, given.waits_for) == ("U2", "the carrier")
        assert cases.take_step(conn, given, Step.WAKE, NOW, NOBODY) is CaseState.OPEN
        awake = cases.by_id(conn, case_id)
        assert awake
        assert (awake.claimed_by, awake.claimed_at, awake.wakes_at, awake.waits_for) == (None, None, None, "")


def test_a_thread_is_set_once_and_found_again(store: Store, case_id: str) -> None:
    with store.write() as conn:
        conn.execute(threads.SET_THREAD, [{"row": case_id, "thread_": "1.1"}])
        conn.execute(threads.SET_THREAD, [{"row": case_id, "thread_": "2.2"}])
        found = cases.by_thread(conn, PLACE, "1.1")
        assert cases.by_thread(conn, PLACE, "2.2") is None
    assert found is not None
    assert found.id == case_id
