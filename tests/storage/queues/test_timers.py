"""Tests what is due, found by one question; and rows that whoever moves them on has the turn of."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from core.ids import moment_of, new_id
from core.messages.inbound import Receipt, ReceiptStatus
from core.people.addresses import Address
from storage.engine.schema import metadata
from storage.engine.store import Store
from storage.notices import notices
from storage.notices.notices import Decided, NewNotice
from storage.queues import acceptors, inbox, outbox, parked_receipts, parts, timers
from storage.queues.inbox import Arrival
from storage.queues.tables import outbox as outbox_table
from storage.queues.tables import timers as table
from storage.queues.timers import Due, Patience
from tests.fakes import NOW

SMS = Address("sms", "main", "+12025550101")
SECOND = timedelta(seconds=1)
PATIENCE = Patience(wake_up=2 * SECOND, sending=30 * SECOND, unknown=45 * SECOND)


def due(store: Store, after: float = 0) -> list[Due]:
    with store.read() as conn:
        return timers.due(conn, NOW + after * SECOND, PATIENCE)


def kinds(store: Store, after: float) -> set[str]:
    return {each.kind for each in due(store, after)}


def arrive(store: Store) -> None:
    opened = acceptors.acceptor(store)
    opened.accept([Arrival(new_id(NOW), "sms", "main", "a", inbox.DESK, "k", 3, "{}", sent_at=NOW, received_at=NOW)])
    opened.close()


def put(store: Store, state: str = outbox.PENDING) -> str:
    id_ = new_id(NOW)
    row = {**outbox.row(id_, SMS.key, "sms", "main", SMS.value, "{}", "bot", NOW), "state": state, "started_at": NOW}
    with store.write() as conn:
        conn.execute(store.insert(outbox_table), row)
    return id_


def hold(store: Store) -> None:
    notice = NewNotice(new_id(NOW), "shipped:1", "shipped", "service", "c", "{}")
    with store.write() as conn:
        notices.add(conn, store, [(notice, Decided(notices.HELD, "quiet", not_before=NOW + 60 * SECOND))], NOW)


def park(store: Store) -> None:
    receipt = Receipt("r", SMS, ReceiptStatus.SENT, NOW, provider_id="SM1")
    with store.write() as conn:
        parked_receipts.park(conn, receipt, "SM1", NOW)


def ask_for_rows(store: Store, *subjects: str) -> None:
    with store.write() as conn:
        timers.ensure(conn, store, "care", subjects, NOW)


# --- what is due


def test_nothing_is_due_in_an_empty_installation(store: Store) -> None:
    assert due(store, 1000) == []


@pytest.mark.parametrize(
    ("happened", "kind", "patient_until"),
    [
        (arrive, timers.INBOX, 2),
        (put, timers.OUTBOX, 2),
        (lambda store: put(store, outbox.SENDING), timers.AMBIGUOUS, 30.1),
        (lambda store: put(store, outbox.UNKNOWN), timers.AMBIGUOUS, 45.1),
        (hold, timers.HELD_NOTICES, 60),
        (lambda store: ask_for_rows(store, "a"), "care", 0),
    ],
    ids=["an item whose wake-up was lost", "a message likewise", "a call", "a doubt", "a held notice", "a timer"],
)
def test_each_is_found_in_its_time(store: Store, happened: Any, kind: str, patient_until: float) -> None:
    happened(store)
    assert kinds(store, patient_until - 0.2) == set()
    assert kinds(store, patient_until) == {kind}


def test_a_parked_receipt_is_late_when_its_call_is_known(store: Store) -> None:
    park(store)
    assert kinds(store, 3) == set()
    part = {"id": new_id(NOW), "outbox_id": "o", "n": 0, "key": SMS.key, "channel": "sms", "account": "main"}
    with store.write() as conn:
        parts.add(conn, [{**part, "call": "", "payload": "{}", "silent": False, "state": "sent", "provider_id": "SM1"}])
    assert kinds(store, 2) == set()
    assert kinds(store, 3) == {timers.LATE_RECEIPTS}


def test_the_clock_asks_one_question(store: Store) -> None:
    statements: list[str] = []
    with store.read() as conn:
        event.listen(conn, "before_cursor_execute", lambda *given: statements.append(given[2]))
        timers.due(conn, NOW, PATIENCE)
    assert len(statements) == 1


# PostgreSQL reads a small table from end to end, whatever index it has.
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_written_all_the_time_is_found_by_an_index(store: Store) -> None:
    """Whatever is sent and handled, the question costs the same."""
    plan: list[str] = []
    with store.read() as conn:

        def explained(_conn: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plan.extend(row[3] for row in cursor.fetchall())

        event.listen(conn, "before_cursor_execute", explained)
        timers.due(conn, NOW, PATIENCE)
    looks = [line.split() for line in plan if line.startswith(("SCAN", "SEARCH"))]
    ways = {tuple(words[:2]) for words in looks if words[1] in metadata.tables}
    assert {table for way, table in ways if way == "SEARCH"} == {
        "timers",
        "outbox",
        "outbox_parts",
        "notifications",
        "addresses",
        "waits",
        "case_clocks",
    }
    # What came in is handled in seconds, and receipts hardly ever wait for their call: there is little to read.
    assert {table for way, table in ways if way == "SCAN"} == {"inbox", "parked_receipts"}
    assert "SCAN inbox USING INDEX ix_inbox_pending" in plan


# --- rows


def rows(store: Store) -> dict[str, datetime]:
    with store.read() as conn:
        return {row.subject: row.due_at for row in conn.execute(select(table.c.subject, table.c.due_at))}


def take(store: Store, found: list[Due], until: datetime) -> list[Due]:
    with store.write() as conn:
        return timers.take(conn, found, until)


def settle(store: Store, ours: Due, then: datetime | None) -> None:
    with store.write() as conn:
        timers.settle(conn, ours, then)


def test_a_timer_is_made_once(store: Store) -> None:
    ask_for_rows(store, "a")
    (found,) = due(store)
    take(store, [found], NOW + SECOND)
    ask_for_rows(store, "a", "b")
    assert rows(store) == {"a": NOW + SECOND, "b": NOW}


def test_whoever_moves_a_row_on_has_the_turn(store: Store) -> None:
    ask_for_rows(store, "a")
    found = due(store)
    (ours,) = take(store, found, NOW + SECOND)
    assert take(store, found, NOW + 2 * SECOND) == []
    assert due(store) == []
    settle(store, ours, NOW + 60 * SECOND)
    assert rows(store) == {"a": NOW + 60 * SECOND}


def test_a_timer_that_is_over_is_gone(store: Store) -> None:
    ask_for_rows(store, "a")
    (ours,) = take(store, due(store), NOW + SECOND)
    settle(store, ours, None)
    assert rows(store) == {}


@pytest.mark.parametrize("then", [None, NOW + 60 * SECOND])
def test_a_lease_that_has_ended_settles_nothing(store: Store, then: datetime | None) -> None:
    ask_for_rows(store, "a")
    (slow,) = take(store, due(store), NOW + SECOND)
    (quick,) = take(store, due(store, 1), NOW + 9 * SECOND)
    settle(store, slow, then)
    assert rows(store) == {"a": quick.at}


@pytest.mark.parametrize("then", [None, NOW + 60 * SECOND])
def test_whoever_did_it_elsewhere_moves_it_on_and_the_lease_is_over(store: Store, then: datetime | None) -> None:
    ask_for_rows(store, "a", "b")
    (ours,) = take(store, [each for each in due(store) if each.subject == "a"], NOW + SECOND)
    with store.write() as conn:
        timers.move(conn, ours.kind, "a", then)
    settle(store, ours, NOW + 9 * SECOND)
    assert rows(store) == {"b": NOW, **({"a": then} if then else {})}


def test_up_to_when_all_was_done_is_kept(store: Store) -> None:
    ask_for_rows(store, "a")
    with store.write() as conn:
        assert timers.done_until(conn, "care", "a") is None
        timers.mark_done(conn, "care", "a", NOW)
        assert timers.done_until(conn, "care", "a") == NOW


def test_what_is_due_later_puts_no_id_into_the_future(store: Store) -> None:
    before = moment_of(new_id(NOW))
    with store.write() as conn:
        timers.schedule(conn, store, "care", "a", NOW + timedelta(days=300))
    assert moment_of(new_id(NOW)) - before < SECOND
