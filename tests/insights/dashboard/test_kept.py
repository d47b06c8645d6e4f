"""Tests that numbers are counted once for all who look, and anew once they are measured again."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bots.wiring.insight import measuring
from insights.dashboard.house import House
from insights.dashboard.kept import FRESH, MOST, Kept
from insights.measuring.increments import measurers
from storage.queues import timers
from storage.queues.tables import timers as table
from tests.insights.dashboard.conftest import NOW
from tests.insights.dashboard.visitor import Visitor

SECOND = timedelta(seconds=1)


def counter() -> Callable[[], int]:
    numbers = iter(range(1, 1000))
    return lambda: next(numbers)


def test_what_is_kept_is_not_made_again_for_a_while() -> None:
    kept, make = Kept(), counter()
    assert [kept.of("a", NOW + seconds * SECOND, make) for seconds in (0, 1, 19)] == [1, 1, 1]
    assert kept.of("b", NOW, make) == 2
    assert kept.of("a", NOW + FRESH, make) == 3
    assert kept.of("a", NOW, make) == 4  # a clock that was set back


def test_only_so_much_is_kept_the_newest() -> None:
    kept, make = Kept(), counter()
    for key in range(MOST + 1):
        kept.of(key, NOW, make)
    assert kept.of(1, NOW, make) == 2
    assert kept.of(0, NOW, make) == MOST + 2


def test_of_many_at_once_one_makes_it() -> None:
    kept, make, together = Kept(), counter(), threading.Barrier(8)

    def ask(_: int) -> int:
        together.wait()
        return kept.of("a", NOW, make)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == [1] * 8


def test_what_failed_is_not_kept() -> None:
    kept = Kept()
    with pytest.raises(ZeroDivisionError):
        kept.of("a", NOW, lambda: 1 // 0)
    assert kept.of("a", NOW, lambda: 7) == 7


@contextmanager
def counting() -> Iterator[list[str]]:
    """Notes the statements that count."""
    noted: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM tallies" in statement or "FROM measures" in statement:
            noted.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def measured(house: House, seconds: int) -> None:
    at = NOW + seconds * SECOND
    with house.store.write() as conn:
        timers.ensure(conn, house.store, measuring.TIMER, list(measurers()), at)
        for name in measurers():
            timers.mark_done(conn, measuring.TIMER, name, at)


@pytest.fixture
def _timed(house: House) -> Iterator[None]:
    """Has it measured by timers, which others' pages are without."""
    measured(house, 0)
    yield
    with house.store.write() as conn:
        conn.execute(table.delete().where(table.c.kind == measuring.TIMER))


@pytest.mark.usefixtures("_timed")
def test_a_page_counts_anew_when_it_was_measured_again(visitor: Visitor, house: House) -> None:
    with counting() as first:
        page = visitor.get("/people?lang=en").text
    with counting() as again:
        assert "等待答复的工单" in visitor.get("/people?lang=zh").text
        assert visitor.get("/people?lang=en").text == page
    measured(house, 5)
    with counting() as anew:
        visitor.get("/people?lang=en")
    assert len(again) < len(first) / 3
    assert len(anew) >= len(first) - 1  # what it can be filtered by is known for a minute


@pytest.mark.usefixtures("_timed")
def test_what_is_filtered_otherwise_is_counted_by_itself(visitor: Visitor) -> None:
    pages = {
        visitor.get(f"/people?lang=en{more}").text for more in ("", "&channel=sms", "&from=2026-11-20&to=2026-11-22")
    }
    assert len(pages) == 3
