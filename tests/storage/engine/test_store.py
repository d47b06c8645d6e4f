"""Tests one store in two databases: transactions, turns, and a writer that nobody reading holds up."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.ids import new_id
from storage.engine.store import Store
from storage.engine.writer_lock import WriterLock
from storage.queues.tables import timers
from tests.fakes import NOW


def timer(subject: str) -> dict[str, object]:
    return {"id": new_id(NOW), "kind": "test", "subject": subject, "due_at": NOW}


def count(store: Store) -> int:
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(timers)) or 0


def test_an_exception_takes_everything_back(store: Store) -> None:
    def halfway() -> None:
        with store.write() as conn:
            conn.execute(store.insert(timers), timer("a"))
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        halfway()
    assert count(store) == 0
    with store.write() as conn:
        conn.execute(store.insert(timers), timer("a"))
    assert count(store) == 1


def test_an_insert_leaves_a_row_with_the_same_key_as_it_is(store: Store) -> None:
    with store.write() as conn:
        first = conn.execute(store.insert(timers), timer("a")).rowcount
        second = conn.execute(store.insert(timers), timer("a")).rowcount
    assert (first, second, count(store)) == (1, 0, 1)


def test_an_upsert_changes_only_its_columns(store: Store) -> None:
    first, second = timer("a"), {**timer("a"), "due_at": NOW.replace(year=2027)}
    with store.write() as conn:
        for row in (first, second):
            conn.execute(store.upsert(timers, ("kind", "subject"), ("due_at",)), row)
        kept = conn.execute(select(timers.c.id, timers.c.due_at)).one()
    assert tuple(kept) == (first["id"], second["due_at"])


def test_whoever_reads_holds_up_no_writer(store: Store) -> None:
    with store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(timers)) == 0
        with store.write() as writing:
            writing.execute(store.insert(timers), timer("a"))
        assert conn.scalar(select(func.count()).select_from(timers)) == 1


def test_threads_write_one_after_the_other(store: Store) -> None:
    def write(n: int) -> None:
        for each in range(5):
            with store.write() as conn:
                conn.execute(store.insert(timers), timer(f"{n}-{each}"))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(store) == 40


def test_a_turn_that_cannot_begin_leaves_the_queue_open(tmp_path: Path) -> None:
    turn = WriterLock(tmp_path / "missing" / "file.lock")
    for _ in range(2):
        with pytest.raises(FileNotFoundError), turn:
            pass


def test_times_come_back_aware_and_exact(store: Store) -> None:
    moment = NOW.replace(microsecond=123_457)
    with store.write() as conn:
        conn.execute(store.insert(timers), {**timer("a"), "due_at": moment})
        found = conn.scalar(select(timers.c.due_at))
    assert found == moment
    assert found.utcoffset() is not None
