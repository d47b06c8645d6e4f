"""Tests that the inbox keeps what comes in once and durably."""

import sqlite3
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from core.ids import new_id
from storage.engine.store import Store
from storage.queues import acceptors, inbox
from storage.queues.acceptors import Acceptor, GroupCommitter, Row
from storage.queues.inbox import Arrival
from storage.queues.tables import inbox as table
from tests.fakes import NOW

KEY = "whatsapp:main:+12025550101"


def arrival(external_id: str, key: str = KEY, sent_at: datetime = NOW, **more: Any) -> Arrival:
    return Arrival(
        id=new_id(NOW),
        source=more.pop("source", "whatsapp"),
        account="main",
        external_id=external_id,
        lane=more.pop("lane", inbox.CONVERSATION),
        key=key,
        shard=more.pop("shard", 0),
        payload=more.pop("payload", "{}"),
        sent_at=sent_at,
        received_at=NOW,
        **more,
    )


@pytest.fixture
def acceptor(store: Store) -> Iterator[Acceptor]:
    opened = acceptors.acceptor(store)
    yield opened
    opened.close()


def rows(store: Store) -> list[str]:
    with store.read() as conn:
        return list(conn.scalars(select(table.c.external_id).order_by(table.c.external_id)))


# --- accepting


def test_a_webhook_with_the_same_item_twice_keeps_it_once(store: Store, acceptor: Acceptor) -> None:
    assert acceptor.accept([arrival("a"), arrival("b"), arrival("a")]) == [True, True, False]
    assert acceptor.accept([arrival("b"), arrival("c")]) == [False, True]
    assert rows(store) == ["a", "b", "c"]


def test_fifty_threads_with_the_same_webhook_keep_it_once(store: Store, acceptor: Acceptor) -> None:
    start = threading.Barrier(50)

    def deliver(n: int) -> list[bool]:
        batch = [arrival("same"), arrival(f"own-{n:02}"), arrival("same")]
        start.wait()
        return acceptor.accept(batch)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(deliver, range(50)))
    assert sum(answer[0] for answer in answers) == 1
    assert all(answer[1] and not answer[2] for answer in answers)
    assert rows(store) == [*(f"own-{n:02}" for n in range(50)), "same"]


def test_webhooks_with_the_same_items_in_another_order_do_not_lock_each_other_out(
    store: Store, acceptor: Acceptor
) -> None:
    names = [f"item-{n:02}" for n in range(40)]
    start = threading.Barrier(8)

    def deliver(n: int) -> int:
        batch = [arrival(name) for name in (names if n % 2 else reversed(names))]
        start.wait()
        return sum(acceptor.accept(batch))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(deliver, range(8))) == 40
    assert rows(store) == names


def test_the_same_id_from_another_source_is_another_item(store: Store, acceptor: Acceptor) -> None:
    assert acceptor.accept([arrival("1"), arrival("1", source="telegram")]) == [True, True]
    assert rows(store) == ["1", "1"]


def test_a_failing_database_acknowledges_nothing(store: Store, acceptor: Acceptor) -> None:
    with store.write() as conn:
        conn.execute(text("ALTER TABLE inbox RENAME TO away"))
    try:
        for _ in range(2):
            with pytest.raises((sqlite3.Error, psycopg.Error)):
                acceptor.accept([arrival("a")])
    finally:
        with store.write() as conn:
            conn.execute(text("ALTER TABLE away RENAME TO inbox"))
    assert acceptor.accept([arrival("a")]) == [True]


def test_half_a_webhook_is_never_kept(store: Store, acceptor: Acceptor) -> None:
    bad = arrival("b", payload=None)  # the column takes no null
    with pytest.raises((AttributeError, sqlite3.Error, psycopg.Error)):
        acceptor.accept([arrival("a"), bad])
    assert rows(store) == []


def test_what_a_provider_sends_is_made_to_fit(store: Store, acceptor: Acceptor) -> None:
    def long() -> list[Arrival]:
        return [arrival("x" * 300 + "1"), arrival("x" * 300 + "2", key="k" * 400, sequence=2**70)]

    assert acceptor.accept([*long(), arrival("n\0ul", payload='"\0"')]) == [True, True, True]
    assert acceptor.accept(long()) == [False, False]
    assert len(set(rows(store))) == 3


@pytest.mark.parametrize("fault", [{"payload": '{"text": "\ud83d"}'}], ids=["surrogate"])
def test_a_row_the_database_cannot_take_stops_nobody_else(
    store: Store, acceptor: Acceptor, fault: dict[str, Any]
) -> None:
    with pytest.raises((ValueError, OverflowError, psycopg.Error)):
        acceptor.accept([arrival("bad", **fault)])
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(acceptor.accept, [arrival("good")]).result(timeout=5) == [True]
    assert rows(store) == ["good"]


class Picky:
    """Waits to be let go, and then writes no group with a bad row in it."""

    def __init__(self, *, away: bool = False) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.groups: list[list[str]] = []
        self.away = away

    def write(self, rows: Sequence[Row]) -> Collection[str]:
        self.begun.set()
        assert self.go.wait(5)
        self.groups.append([row[3] for row in rows])
        if "bad" in self.groups[-1]:
            raise ValueError
        return {row[0] for row in rows}

    def is_away(self, _: Exception) -> bool:
        return self.away

    def close(self) -> None:
        """Closes nothing: nothing is open."""

    def accept(self, *names: str) -> list[list[bool] | None]:
        """Returns what became of each, when all but the first waited while it was written; None: not stored."""
        opened = GroupCommitter(self)
        with ThreadPoolExecutor(len(names)) as pool:
            told = [pool.submit(opened.accept, [arrival(names[0])])]
            assert self.begun.wait(5)
            told += [pool.submit(opened.accept, [arrival(name)]) for name in names[1:]]
            while opened._waiting.qsize() < len(names) - 1:
                time.sleep(0.001)
            self.go.set()
            found = [None if each.exception(5) else each.result() for each in told]
        opened.close()
        return found


def test_many_requests_are_one_transaction() -> None:
    writer = Picky()
    assert writer.accept("first", "a", "b", "c") == [[True]] * 4
    assert [sorted(group) for group in writer.groups] == [["first"], ["a", "b", "c"]]


def test_a_row_that_cannot_be_written_fails_no_other_request() -> None:
    assert Picky().accept("first", "a", "bad", "c") == [[True], [True], None, [True]]


def test_a_database_that_is_away_is_not_asked_for_each_request() -> None:
    writer = Picky(away=True)
    assert writer.accept("first", "a", "bad") == [[True], None, None]
    assert len(writer.groups) == 2


def test_a_database_that_was_away_is_found_again_at_once(store: Store, acceptor: Acceptor) -> None:
    assert acceptor.accept([arrival("before")]) == [True]
    if not store.is_sqlite:
        with store.read() as conn:  # as a restart of the server does
            others = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")
            conn.execute(others)
        store.close()  # the test's own connections are made anew
    assert acceptor.accept([arrival("after"), arrival("before")]) == [True, False]
    assert rows(store) == ["after", "before"]


def test_new_work_is_announced_once_it_is_kept_and_nothing_else_is(store: Store) -> None:
    heard: list[frozenset[int]] = []
    opened = acceptors.acceptor(store, heard.append)
    opened.accept([arrival("a", shard=3), arrival("idle", shard=4, state=inbox.HANDLED)])
    opened.accept([arrival("a", shard=3)])
    opened.close()
    assert frozenset().union(*heard) == {3}


def test_who_cannot_be_woken_stops_nobody(store: Store) -> None:
    def fail(_: frozenset[int]) -> None:
        raise RuntimeError

    opened = acceptors.acceptor(store, fail)
    assert [opened.accept([arrival(name)]) for name in "ab"] == [[True], [True]]
    opened.close()
