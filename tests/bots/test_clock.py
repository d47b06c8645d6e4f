"""Tests that the clock wakes for what is due, and for nothing else."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bots import clock
from core.ids import new_id
from storage.engine.store import Store
from storage.queues import acceptors, inbox, outbox, timers
from storage.queues.inbox import Arrival
from storage.queues.tables import outbox as outbox_table
from storage.queues.timers import Patience
from tests.fakes import NOW, ListWaker

LONG_AGO = NOW - timedelta(minutes=5)


class Waker(ListWaker):
    """Keeps wake-ups, the clock's own too."""

    def sweep(self) -> None:
        """Notes that timers are due."""
        self.calls.append("sweep")


def woken(store: Store) -> list[int | str]:
    waker = Waker()
    intake: Any = SimpleNamespace(store=store, waker=waker, shards=2, now=lambda: NOW)
    clock.tick(intake, Patience())
    return waker.calls


def arrive(store: Store) -> None:
    opened = acceptors.acceptor(store)
    opened.accept([Arrival(new_id(NOW), "sms", "main", "a", inbox.DESK, "k", 3, "{}", NOW, LONG_AGO)])
    opened.close()


def put(store: Store) -> None:
    with store.write() as conn:
        row = outbox.row(new_id(NOW), "sms:main:1", "sms", "main", "1", "{}", "bot", LONG_AGO)
        conn.execute(store.insert(outbox_table), row)


def ask(store: Store) -> None:
    with store.write() as conn:
        timers.ensure(conn, store, "care", ["a"], NOW)


def test_an_idle_installation_sleeps(store: Store) -> None:
    assert woken(store) == []


@pytest.mark.parametrize(("happened", "calls"), [(arrive, [0, 1]), (put, ["outbox"]), (ask, ["sweep"])])
def test_what_is_due_wakes_a_worker(store: Store, happened: Any, calls: list[int | str]) -> None:
    happened(store)
    assert woken(store) == calls
