"""Tests what is told of queues to those who watch over them, and that it is read from small indexes only."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from core.ids import EPOCH, moment_of, new_id
from storage.desk import case_counts, cases
from storage.desk.tables import cases as cases_table
from storage.engine.store import Store
from storage.notices import notices
from storage.notices.notices import Decided, NewNotice
from storage.queues import acceptors, depths, inbox, outbox, timers
from storage.queues.depths import Depth
from storage.queues.inbox import Arrival
from storage.queues.tables import outbox as outbox_table
from tests.fakes import NOW, PLACE

SECOND = timedelta(seconds=1)
NOTHING = Depth(0, 0.0)


def arrive(store: Store, lane: str, number: int, ago: float, state: int = inbox.PENDING) -> None:
    came = NOW - ago * SECOND
    id_ = f"{round((came - EPOCH).total_seconds() * 1_000_000):013x}{number:011x}"
    opened = acceptors.acceptor(store)
    opened.accept([Arrival(id_, "sms", "main", id_, lane, "k", 3, "{}", sent_at=came, received_at=came, state=state)])
    opened.close()


def put(store: Store, speaker: str = "bot", state: str = outbox.PENDING, due: float = 0, **more: Any) -> None:
    row = outbox.row(new_id(NOW), "k", "sms", "main", "+1", "{}", speaker, NOW, not_before=NOW - due * SECOND, **more)
    with store.write() as conn:
        conn.execute(store.insert(outbox_table), {**row, "state": state})


def test_an_id_tells_when_it_was_made() -> None:
    later = NOW + timedelta(days=10_000)  # than any id of this process
    assert moment_of(new_id(later)) == later


def test_what_came_in_is_counted_by_lane_with_the_age_of_the_oldest(store: Store) -> None:
    arrive(store, inbox.CONVERSATION, 1, ago=7)
    arrive(store, inbox.CONVERSATION, 2, ago=90)
    arrive(store, inbox.CONVERSATION, 3, ago=500, state=inbox.HANDLED)
    arrive(store, inbox.DESK, 4, ago=2)
    arrive(store, inbox.STORE_LANE, 5, ago=3, state=inbox.DEAD)
    with store.read() as conn:
        found = depths.inbox_by_lane(conn, NOW)
        assert depths.kept_for_replay(conn) == 1
    assert found == dict.fromkeys(depths.LANES, NOTHING) | {"conversation": Depth(2, 90), "desk": Depth(1, 2)}


def test_what_is_to_be_sent_is_counted_by_kind_with_how_long_it_is_due(store: Store) -> None:
    put(store, due=40)
    put(store, due=5)
    put(store, speaker="desk", lane=outbox.DESK, due=9)
    put(store, speaker="notice", due=-600)
    put(store, speaker="marketing", due=-600)
    put(store, speaker="marketing", due=20)
    put(store, state=outbox.SENT)
    put(store, state=outbox.UNKNOWN)
    put(store, state=outbox.SENDING)
    with store.read() as conn:
        assert depths.outbox_by_kind(conn, NOW) == {
            "reply": Depth(2, 40),
            "desk": Depth(1, 9),
            "notice": Depth(1, 0),
            "marketing": Depth(2, 20),
        }
        assert depths.in_doubt(conn) == {"sending": 1, "unknown": 1}


def test_held_notices_and_overdue_timers_are_counted(store: Store) -> None:
    notice = NewNotice(new_id(NOW), "shipped:1", "shipped", "service", "c", "{}")
    with store.write() as conn:
        notices.add(conn, store, [(notice, Decided(notices.HELD, "quiet", not_before=NOW + 60 * SECOND))], NOW)
        timers.ensure(conn, store, "upkeep", ["a", "b"], NOW - 30 * SECOND)
        timers.ensure(conn, store, "upkeep", ["c"], NOW + 30 * SECOND)
    with store.read() as conn:
        assert depths.held_notices(conn) == 1
        assert depths.overdue_timers(conn, NOW) == Depth(2, 30)


def test_cases_are_counted_by_state_with_the_oldest(store: Store) -> None:
    with store.write() as conn:
        for state, minutes in (("open", 5), ("open", 9), ("claimed", 1), ("resolved", 99), ("spam", 98)):
            row = cases.row(new_id(NOW), "c", "c", "asked_human", "", PLACE, NOW - timedelta(minutes=minutes))
            conn.execute(store.insert(cases_table), {**row, "state": state})
    with store.read() as conn:
        assert case_counts.unresolved(conn) == {
            "open": (2, NOW - timedelta(minutes=9)),
            "claimed": (1, NOW - timedelta(minutes=1)),
            **dict.fromkeys(("waiting", "on_hold", "snoozed"), (0, None)),
        }


def test_nothing_waits_in_an_empty_installation(store: Store) -> None:
    with store.read() as conn:
        assert set(depths.inbox_by_lane(conn, NOW).values()) == {NOTHING}
        assert set(depths.outbox_by_kind(conn, NOW).values()) == {NOTHING}
        assert depths.overdue_timers(conn, NOW) == NOTHING
        assert set(case_counts.unresolved(conn).values()) == {(0, None)}


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda conn: depths.inbox_by_lane(conn, NOW), "ix_inbox_pending"),
        (depths.kept_for_replay, "ix_inbox_dead"),
        (lambda conn: depths.outbox_by_kind(conn, NOW), "ix_outbox_pending"),
        (depths.in_doubt, "ix_outbox_in_doubt"),
        (depths.held_notices, "ix_notifications_held"),
        (lambda conn: depths.overdue_timers(conn, NOW), "ix_timers_due_at"),
        (case_counts.unresolved, "ix_cases_unresolved"),
    ],
)
def test_each_question_reads_one_index(store: Store, ask: Any, index: str) -> None:
    asked: list[tuple[str, Any]] = []
    with store.read() as conn:
        event.listen(conn, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        ask(conn)
        statements = list(asked)
        if not store.is_sqlite:
            conn.execute(text("SET enable_seqscan = off"))  # tables of a test are too small for an index
        explain = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN "
        for statement, values in statements:
            plan = "\n".join(str(row) for row in conn.exec_driver_sql(explain + statement, values))
            assert index in plan, plan
        if not store.is_sqlite:
            conn.execute(text("RESET enable_seqscan"))
