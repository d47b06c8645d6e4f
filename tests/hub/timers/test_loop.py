"""Tests timers: found by being there, handled once, again after a failure, moved on by what their kind says."""

import asyncio
import sys
import textwrap
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.errors import Outcome
from hub.hub import Hub
from hub.timers import catalogue, kinds, loop
from hub.timers.kind import Kind
from hub.timers.loop import LEASE, Timers
from storage.queues import timers
from storage.queues.tables import leases
from storage.queues.tables import timers as table
from tests.hub.delivery.test_delivery import fails, put, states
from tests.hub.house import House

DAY = timedelta(days=1)


def look(house: House, **more: Kind) -> None:
    """Does what a worker does when something is due."""
    asyncio.run(Timers(house.hub, more).look())


def due_at(house: House, kind: str) -> dict[str, datetime]:
    return {row.subject: row.due_at for row in house.rows(table) if row.kind == kind}


@pytest.fixture
def kinds_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Makes a further folder in which kinds are looked for."""
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    yield tmp_path
    for file in tmp_path.glob("*.py"):
        sys.modules.pop(f"{kinds.__name__}.{file.stem}", None)


def test_a_kind_is_added_by_one_file(house: House, kinds_folder: Path) -> None:
    program = """
        from datetime import timedelta

        from hub.timers.kind import Kind

        COUNTED = []


        def _handle(hub, subject, now):
            COUNTED.append((subject, now))
            return now + timedelta(days=1)


        KIND = Kind(_handle, lambda hub: ["main", "outlet"])
        """
    (kinds_folder / "stocktaking.py").write_text(textwrap.dedent(program))
    look(house)
    first = house.clock()
    assert due_at(house, "stocktaking") == {"main": first + DAY, "outlet": first + DAY}
    house.later(hours=23)
    look(house)
    house.later(hours=1)
    look(house)
    counted = sys.modules[f"{kinds.__name__}.stocktaking"].COUNTED
    assert sorted(counted) == [(subject, at) for subject in ("main", "outlet") for at in (first, house.clock())]


def test_every_table_that_makes_something_due_has_its_kind() -> None:
    assert {timers.AMBIGUOUS, timers.HELD_NOTICES, timers.LATE_RECEIPTS} <= set(catalogue.find())


def standing(handle: Callable[[Hub, str, datetime], datetime | None]) -> Kind:
    return Kind(handle, lambda _hub: ["x"])


def test_a_handler_may_be_a_coroutine(house: House) -> None:
    async def handle(_hub: Hub, _subject: str, now: datetime) -> datetime | None:
        await asyncio.sleep(0)
        return now + DAY

    look(house, slow=Kind(handle, lambda _hub: ["x"]))
    assert due_at(house, "slow") == {"x": house.clock() + DAY}


def test_what_fails_comes_again_when_its_lease_ends(house: House) -> None:
    tries: list[datetime] = []

    def handle(_hub: Hub, _subject: str, now: datetime) -> datetime | None:
        tries.append(now)
        if len(tries) == 1:
            raise RuntimeError("the first time")
        return None

    look(house, moody=standing(handle))
    look(house, moody=standing(handle))
    assert due_at(house, "moody") == {"x": house.clock() + LEASE}
    house.later(seconds=LEASE.total_seconds())
    look(house, moody=standing(handle))
    assert tries == [house.clock() - LEASE, house.clock()]
    assert due_at(house, "moody") == {}


def test_one_that_fails_keeps_no_other_from_its_turn(house: House) -> None:
    def breaks(_hub: Hub, _subject: str, _now: datetime) -> datetime | None:
        raise RuntimeError("always")

    look(house, a_broken=standing(breaks), b_sound=standing(lambda _hub, _subject, now: now + DAY))
    assert due_at(house, "b_sound") == {"x": house.clock() + DAY}


def test_a_timer_of_a_kind_that_is_gone_goes_too(house: House) -> None:
    look(house, old=standing(lambda _hub, _subject, now: now))
    look(house)
    assert due_at(house, "old") == {}


def test_what_is_being_handled_is_not_begun_again(house: House) -> None:
    begun: list[str] = []

    async def twice() -> None:
        go_on = asyncio.Event()

        async def handle(_hub: Hub, subject: str, now: datetime) -> datetime | None:
            begun.append(subject)
            await go_on.wait()
            return now + DAY

        slow = Timers(house.hub, {"slow": Kind(handle, lambda _hub: ["x"])})
        first = asyncio.create_task(slow.look())
        while not begun:
            await asyncio.sleep(0.01)
        house.later(seconds=LEASE.total_seconds())
        second = asyncio.create_task(slow.look())
        await asyncio.sleep(0.05)
        go_on.set()
        await asyncio.gather(first, second)

    asyncio.run(twice())
    assert begun == ["x"]


def runs(house: House, more: dict[str, Kind], until: Callable[[], bool], does: Callable[[Timers], None]) -> None:
    """Lets the loop run until something is so, while `does` is done again and again."""

    async def main() -> None:
        worker = Timers(house.hub, more)
        running: Awaitable[None] = asyncio.create_task(worker.run())
        async with asyncio.timeout(20):
            while not until():
                does(worker)
                await asyncio.sleep(0.01)
            worker.stop()
            await running

    asyncio.run(main())


def test_the_loop_handles_what_is_due_when_it_is_kicked(house: House) -> None:
    seen: list[datetime] = []

    def handle(_hub: Hub, _subject: str, now: datetime) -> datetime | None:
        seen.append(now)
        house.later(days=1)
        return now + DAY

    runs(house, {"daily": standing(handle)}, lambda: len(seen) > 2, lambda each: each.kick())
    assert seen[1:3] == [seen[0] + DAY, seen[0] + 2 * DAY]


def test_what_takes_long_stays_with_whoever_began_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LEASE", timedelta(seconds=0.3))
    house = House(house.store, clock=lambda: datetime.now(UTC))
    begun: list[str] = []

    async def handle(_hub: Hub, _subject: str, now: datetime) -> datetime | None:
        begun.append("once more")
        await asyncio.sleep(1)
        return now + DAY

    async def two_workers() -> None:
        long = {"long": Kind(handle, lambda _hub: ["x"])}
        workers = [Timers(house.hub, long) for _ in range(2)]
        running = [asyncio.create_task(each.run()) for each in workers]
        for _ in range(20):
            for each in workers:
                each.kick()
            await asyncio.sleep(0.05)
        for each in workers:
            each.stop()
        await asyncio.gather(*running)

    asyncio.run(two_workers())
    assert begun == ["once more"]
    assert due_at(house, "long")["x"] > datetime.now(UTC) + DAY / 2


def test_an_unknown_outcome_is_ended_by_its_timer(house: House) -> None:
    put(house)
    fails(house, Outcome.AMBIGUOUS, "read_timeout")
    house.send()
    house.later(seconds=house.hub.timing.ambiguous_after + 1)
    look(house)
    assert states(house) == [("pending", "repeated_after_doubt")]
    assert house.waker.calls[-1] == "outbox"


def test_old_leases_are_removed_now_and_then(house: House) -> None:
    with house.store.write() as conn:
        for key, age in (("old", 11), ("new", 9)):
            until = house.clock() - timedelta(minutes=age)
            conn.execute(leases.insert(), {"key": key, "owner": "nobody", "until": until})
    look(house)
    with house.store.read() as conn:
        assert list(conn.scalars(select(leases.c.key))) == ["new"]
