"""Tests the order of the desk's queue: the most urgent first, of these what is due first, then the oldest."""

from datetime import timedelta

from core.cases.clocks import begin
from core.cases.expected_reply import Queue
from core.cases.hours import ROUND_THE_CLOCK
from core.cases.sla import Metric
from core.cases.steps import Step
from core.ids import new_id
from core.people.conversations import Priority, Routed
from storage.desk import case_counts, cases, clocks, queue
from storage.engine.store import Store
from tests.fakes import NOW
from tests.storage.desk.test_cases import load, open_case, taken


def test_urgency_comes_before_time_and_time_before_age(store: Store) -> None:
    over, old, due, urgent, sooner = (open_case(store) for _ in range(5))
    with store.write() as conn:
        first = cases.by_id(conn, over)
        assert first
        assert cases.take_step(conn, first, Step.RESOLVE, NOW)
        taken(conn, due, "U1")
        for case_id, minutes in ((due, 60), (sooner, 30), (urgent, 90)):
            aim = timedelta(minutes=minutes)
            clock = begin(new_id(NOW), case_id, Metric.FIRST, aim, None, ROUND_THE_CLOCK, NOW)
            clocks.save(conn, store, [clock], ())
        found = cases.by_id(conn, urgent)
        assert found
        cases.rank_by_hand(conn, found, priority="urgent")
        listed = queue.queued(conn)
        assert [each.case.id for each in listed] == [urgent, sooner, due, old]
        assert [each.due_at and each.due_at - NOW for each in listed] == [
            timedelta(minutes=90),
            timedelta(minutes=30),
            timedelta(minutes=60),
            None,
        ]
        assert [each.case.id for each in queue.queued(conn, 2)] == [urgent, sooner]
        assert [each.case.id for each in queue.queued(conn, holder="U1")] == [due]


def test_a_team_waits_for_its_own_cases_alone(store: Store) -> None:
    mine, taken_mine, theirs, taken_theirs = (open_case(store) for _ in range(4))
    with store.write() as conn:
        for case_id in (theirs, taken_theirs):
            found = cases.by_id(conn, case_id)
            assert found
            cases.rank_by_hand(conn, found, team="finance")
        taken(conn, taken_mine, "U1")
        taken(conn, taken_theirs, "U1")
        team = load(store, mine).team
        before, after = NOW - timedelta(hours=1), NOW + timedelta(seconds=1)
        assert case_counts.queue(conn, team, before) == (Queue(waiting=1, taken=1), NOW)  # before, nobody waited
        assert case_counts.queue(conn, "finance", before) == (Queue(waiting=1, taken=1), NOW)
        assert case_counts.queue(conn, "finance", after) == (Queue(waiting=1, taken=0), after)
        assert case_counts.queue(conn, "nobody", before) == (Queue(), before)


def test_what_people_set_stays_whatever_comes_later(store: Store) -> None:
    case_id = open_case(store)
    with store.write() as conn:
        cases.rank_by_hand(conn, load(store, case_id), priority="low")
        found = cases.by_id(conn, case_id)
        assert found
        cases.raise_to(conn, found, Routed(Priority.URGENT, "finance", "fast", ("risk",)), {})
        found = cases.by_id(conn, case_id)
        assert found
        assert (found.priority, found.team, found.sla, found.tags, found.by_hand) == (
            "low",
            "finance",
            "fast",
            ("risk",),
            "priority",
        )
