"""Tests the loop: it takes, launches, pauses until it is kicked, and survives what fails."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import pytest

from hub import loops
from hub.loops import Rounds

LONG = 60.0
Taken: TypeAlias = tuple[Sequence[str], float]


def go(take: Callable[[Rounds], Awaitable[Taken]], idle: float = LONG) -> list[str]:
    """Lists what was launched until the loop was stopped."""
    launched: list[str] = []

    async def main() -> None:
        rounds = Rounds("test-database", idle)
        async with asyncio.timeout(20):
            await rounds.run(lambda: take(rounds), launched.append)
        rounds.close()

    asyncio.run(main())
    return launched


def test_what_is_due_is_launched_until_nothing_is(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [["a", "b"], ["c"], []]

    async def take(rounds: Rounds) -> Taken:
        due = answers.pop(0)
        if not answers:
            rounds.stop()
        return due, LONG

    assert go(take) == ["a", "b", "c"]


def test_a_kick_while_it_asks_makes_it_ask_again() -> None:
    asked: list[str] = []

    async def take(rounds: Rounds) -> Taken:
        asked.append("once")
        if len(asked) == 3:
            rounds.stop()
        rounds.kick()
        return [], LONG

    assert go(take) == []
    assert len(asked) == 3


@pytest.mark.parametrize(("wait", "idle"), [(0.01, LONG), (LONG, 0.01)])
def test_it_pauses_until_asking_helps_and_no_longer_than_it_may(wait: float, idle: float) -> None:
    asked: list[str] = []

    async def take(rounds: Rounds) -> Taken:
        asked.append("once")
        if len(asked) == 3:
            rounds.stop()
        return [], wait

    go(take, idle)
    assert len(asked) == 3


def test_what_fails_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "RETRY_SECONDS", 0.01)
    asked: list[str] = []

    async def take(rounds: Rounds) -> Taken:
        asked.append("once")
        if len(asked) < 3:
            raise OSError("the database is away")
        rounds.stop()
        return ["a"], LONG

    assert go(take) == ["a"]


def test_the_database_is_asked_in_one_thread_of_its_own() -> None:
    threads: list[str] = []

    async def take(rounds: Rounds) -> Taken:
        for _ in range(3):
            await rounds.in_database(lambda: threads.append(threading.current_thread().name))
        rounds.stop()
        return [], LONG

    go(take)
    assert set(threads) == {"test-database_0"}
