"""Tests the outbox: what is due, in which order, and that one worker alone gets a row."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core.ids import new_id
from core.people.addresses import Address
from hub.customers import newcomers
from storage.engine.store import Store
from storage.people.tables import conversations as conversations_table
from storage.queues import due, outbox, outcomes
from storage.queues.tables import outbox as table
from tests.fakes import NOW

MINUTE = timedelta(minutes=1)


def put(store: Store, value: str = "+12025550101", speaker: str = "bot", **more: Any) -> str:
    id_ = new_id(NOW)
    key = more.pop("key", f"sms:main:{value}")
    row = outbox.row(id_, key, "sms", "main", value, "{}", speaker, NOW, **more)
    with store.write() as conn:
        conn.execute(store.insert(table), row)
    return id_


def sendable(store: Store, now: datetime = NOW, priority: int = 0, limit: int = 50) -> list[str]:
    with store.read() as conn:
        if priority == 0:
            return [posting.id for posting in due.due_replies(conn, now, limit)]
        found = due.due_bulk(conn, now, "sms", "main", limit)
        return [posting.id for posting in found if posting.priority == priority]


def take(store: Store, *ids: str) -> set[str]:
    with store.write() as conn:
        return outbox.take(conn, ids, NOW)


def finish(store: Store, id_: str, state: str, not_before: datetime = NOW, **more: Any) -> None:
    with store.write() as conn:
        outcomes.finish(conn, id_, state, not_before, **more)


def state(store: Store, id_: str) -> tuple[str, int]:
    with store.read() as conn:
        found = conn.execute(select(table.c.state, table.c.attempts).where(table.c.id == id_)).one()
    return found.state, found.attempts


def test_only_the_first_of_a_conversation_is_due(store: Store) -> None:
    first, other, _second = put(store), put(store, "+12025550102"), put(store)
    assert sendable(store) == [first, other]


@pytest.mark.parametrize("open_state", [outbox.SENDING, outbox.UNKNOWN])
def test_nothing_overtakes_a_message_that_is_under_way(store: Store, open_state: str) -> None:
    first, second = put(store), put(store)
    take(store, first)
    if open_state == outbox.UNKNOWN:
        finish(store, first, outbox.UNKNOWN)
    assert sendable(store) == []
    finish(store, first, outbox.SENT)
    assert sendable(store) == [second]


@pytest.mark.parametrize("end", [outbox.SENT, outbox.FAILED, outbox.CANCELLED])
def test_the_next_follows_whatever_the_end(store: Store, end: str) -> None:
    first, second = put(store), put(store)
    take(store, first)
    finish(store, first, end)
    assert sendable(store) == [second]


def test_a_message_that_waits_holds_back_its_own_conversation_only(store: Store) -> None:
    waiting = put(store, not_before=NOW + MINUTE)
    put(store)
    other = put(store, "+12025550102")
    assert sendable(store) == [other]
    assert set(sendable(store, NOW + MINUTE)) == {waiting, other}


def test_replies_come_before_notices_and_notices_before_marketing(store: Store) -> None:
    speakers = ("marketing", "notice", "bot", "agent", "system")
    made = {speaker: put(store, f"+1202555010{n}", speaker) for n, speaker in enumerate(speakers)}
    assert sendable(store, priority=0) == [made["bot"], made["agent"], made["system"]]
    assert sendable(store, priority=1) == [made["notice"]]
    assert sendable(store, priority=2) == [made["marketing"]]


def test_the_oldest_come_first_up_to_the_limit(store: Store) -> None:
    late = put(store, "+12025550101", not_before=NOW - MINUTE)
    later = put(store, "+12025550102")
    put(store, "+12025550103")
    assert sendable(store, limit=2) == [late, later]


def test_one_worker_alone_wins_a_row(store: Store) -> None:
    ids = [put(store, f"+1202555010{n}") for n in range(8)]
    start = threading.Barrier(4)

    def work(_n: int) -> set[str]:
        start.wait()
        return take(store, *ids)

    with ThreadPoolExecutor(4) as pool:
        taken = [id_ for ours in pool.map(work, range(4)) for id_ in ours]
    assert sorted(taken) == sorted(ids)
    assert take(store, *ids) == set()
    assert take(store) == set()


def test_a_delay_burns_no_attempt_and_spares_what_has_ended(store: Store) -> None:
    waiting, ended = put(store), put(store, "+12025550102")
    take(store, ended)
    finish(store, ended, outbox.SENT)
    with store.write() as conn:
        outbox.delay(conn, [(waiting, NOW + MINUTE), (ended, NOW + MINUTE)])
    assert state(store, waiting) == (outbox.PENDING, 0)
    assert state(store, ended) == (outbox.SENT, 0)
    assert sendable(store) == []
    assert sendable(store, NOW + MINUTE) == [waiting]


def test_an_end_is_final(store: Store) -> None:
    id_ = put(store)
    take(store, id_)
    finish(store, id_, outbox.FAILED, burned=1)
    finish(store, id_, outbox.PENDING)
    assert state(store, id_) == (outbox.FAILED, 1)


def test_calls_that_began_long_ago_are_in_doubt(store: Store) -> None:
    sending, unknown, sent = (put(store, f"+1202555010{n}") for n in range(3))
    take(store, sending, unknown, sent)
    finish(store, unknown, outbox.UNKNOWN)
    finish(store, sent, outbox.SENT)
    with store.read() as conn:
        assert outbox.in_doubt(conn, NOW) == []
        found = outbox.in_doubt(conn, NOW + timedelta(seconds=1))
    assert [(row.id, row.state) for row in found] == [(sending, outbox.SENDING), (unknown, outbox.UNKNOWN)]


def test_the_next_time_worth_looking_is_known(store: Store) -> None:
    put(store, "+12025550101")
    with store.read() as conn:
        assert due.next_due(conn, NOW) is None
    put(store, "+12025550102", not_before=NOW + 2 * MINUTE)
    put(store, "+12025550103", not_before=NOW + MINUTE)
    with store.read() as conn:
        assert due.next_due(conn, NOW) == NOW + MINUTE


def test_a_row_carries_when_the_customer_last_wrote(store: Store) -> None:
    with store.write() as conn:
        newcomers.ensure(conn, store, [(Address("sms", "main", "+12025550101"), "Jane")], NOW)
        conn.execute(update(conversations_table).values(last_inbound_at=NOW - MINUTE))
    put(store)
    with store.read() as conn:
        (posting,) = due.due_replies(conn, NOW, 10)
    assert posting.last_inbound_at == NOW - MINUTE
