"""Tests the sending loop with a real Valkey: calls overlap between conversations only, and keep the pace."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

from core.errors import Outcome, SendError
from core.people.addresses import Address
from core.ports.calls import Part, Sent
from hub.delivery.outcomes import ambiguous
from hub.delivery.pace.rate_limit import Pace, Request
from hub.delivery.sender import Island, Sender
from hub.hub import PairPace, Timing
from storage.engine.store import Store
from tests.fakes import FakeChannel
from tests.hub.delivery.test_delivery import put, split
from tests.hub.house import SMS, House

PATIENCE, DEADLINE = 60.0, 0.3


class SlowChannel(FakeChannel):
    """Takes its time, and sees who is there at once."""

    def __init__(self, channel: str, seconds: float = 0.03) -> None:
        super().__init__(channel)
        self.seconds = seconds
        self.inside: list[Address] = []
        self.crowd: list[int] = []
        self.doubled: list[Address] = []
        self.times: list[float] = []

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        self.times.append(asyncio.get_running_loop().time())
        if to in self.inside:
            self.doubled.append(to)
        self.inside.append(to)
        self.crowd.append(len(self.inside))
        try:
            await asyncio.sleep(self.seconds)
            return await super().send(part, to, correlation)
        finally:
            self.inside.remove(to)


@pytest.fixture
def channel() -> SlowChannel:
    return SlowChannel("sms")


@pytest.fixture
def house(store: Store, channel: SlowChannel) -> House:
    """Makes a house by the real clock whose SMS go through the slow channel."""
    return House(store, channels_by_name={"sms": channel}, clock=lambda: datetime.now(UTC))


def number(n: int) -> Address:
    return Address("sms", "main", f"+120255501{n:02}")


def run(house: House, pace: Pace, until: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Runs a sender until something is so; the time is only for what never comes."""

    async def main() -> None:
        sender = Sender(house.hub, pace)
        running = asyncio.create_task(sender.run())
        try:
            async with asyncio.timeout(seconds):
                while not until():
                    await asyncio.sleep(0.01)
        finally:
            sender.stop()
            await running

    asyncio.run(main())


def done(house: House) -> bool:
    return all(row.state not in ("pending", "sending", "unknown") for row in house.messages())


def states(house: House) -> list[str]:
    return [row.state for row in house.messages()]


def test_conversations_overlap_but_none_with_itself(house: House, channel: SlowChannel, valkey: Redis) -> None:
    for text in ("first", "second", "third"):
        for n in range(8):
            put(house, text, number(n))
    run(house, Pace(valkey), lambda: done(house))
    assert states(house) == ["sent"] * 24
    assert max(channel.crowd) > 1
    assert channel.doubled == []
    for n in range(8):
        assert [sending.text for sending in channel.sent if sending.to == number(n)] == ["first", "second", "third"]


def test_parts_follow_one_another(house: House, channel: SlowChannel, valkey: Redis) -> None:
    split(house)
    run(house, Pace(valkey), lambda: done(house))
    assert [sending.text[0] for sending in channel.sent] == ["0", "1", "2"]
    assert channel.doubled == []


def test_a_sender_is_never_above_its_rate(store: Store, channel: SlowChannel, valkey: Redis) -> None:
    house = House(
        store,
        channels_by_name={"sms": channel},
        clock=lambda: datetime.now(UTC),
        paces={"sms": PairPace(rate=25)},
    )
    for n in range(10):
        put(house, to=number(n))
    run(house, Pace(valkey), lambda: done(house))
    times = channel.times
    assert times[-1] - times[0] >= 8 / 25 * 0.95  # nine intervals, of which a sender that was held up may make up one
    # And so anywhere in between, but for what this machine held up a call after its slot.
    assert all(times[n + 4] - times[n] >= 2 / 25 * 0.95 for n in range(6)), times


def test_being_too_fast_makes_everybody_wait(house: House, channel: SlowChannel, valkey: Redis) -> None:
    channel.script.append(SendError(Outcome.PACE, "429", retry_after=0.5))
    put(house, to=number(1))
    run(house, Pace(valkey), lambda: bool(channel.refused) and house.messages()[0].state == "pending")
    put(house, to=number(2))
    run(house, Pace(valkey), lambda: done(house))
    assert channel.times[1] - channel.times[0] >= 0.5
    assert len(channel.sent) == 2


def test_a_bug_in_an_adapter_ends_its_message_only(house: House, channel: SlowChannel, valkey: Redis) -> None:
    channel.script.append(KeyError("messages"))
    put(house, to=SMS)
    put(house, "next", SMS)
    run(house, Pace(valkey), lambda: done(house))
    assert [(row.state, row.code, row.detail) for row in house.messages()] == [
        ("failed", "adapter_bug", "KeyError"),
        ("sent", None, None),
    ]


def test_losing_redis_costs_time_only(house: House, channel: SlowChannel, valkey: Redis) -> None:
    class Flickering(Pace):
        """Away at the first question."""

        asked = 0

        def reserve(self, requests: Sequence[Request]) -> list[float]:
            self.asked += 1
            if self.asked == 1:
                raise RedisAway("nobody there")
            return super().reserve(requests)

    put(house)
    run(house, Flickering(valkey), lambda: done(house))
    assert states(house) == ["sent"]


def test_stopping_finishes_what_is_on_its_way(house: House, channel: SlowChannel, valkey: Redis) -> None:
    channel.seconds = 0.2
    put(house)
    run(house, Pace(valkey), lambda: bool(channel.inside))
    assert states(house) == ["sent"]
    assert len(channel.sent) == 1


@pytest.fixture
def hasty(store: Store, channel: SlowChannel) -> House:
    """Makes a house that soon takes a call for lost."""
    timing = Timing(ambiguous_after=DEADLINE, sending_deadline=DEADLINE)
    return House(
        store,
        channels_by_name={"sms": channel},
        clock=lambda: datetime.now(UTC),
        timing=timing,
        paces={"sms": PairPace(rate=1.5)},
    )


class LongCalls(SlowChannel):
    """Takes several deadlines for each call, by the clock of the house."""

    house: House

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        ends = self.house.clock() + 4 * timedelta(seconds=DEADLINE)
        while self.house.clock() < ends:
            await asyncio.sleep(0.01)
        return await super().send(part, to, correlation)


def test_a_slow_call_is_not_repeated_nor_what_waits_for_its_turn(store: Store, valkey: Redis) -> None:
    channel = LongCalls("sms", 0)
    timing = Timing(ambiguous_after=DEADLINE, sending_deadline=DEADLINE)
    house = House(store, channels_by_name={"sms": channel}, timing=timing, paces={"sms": PairPace(rate=1.5)})
    channel.house = house
    split(house)

    def until() -> bool:
        # Time passes only as the worker says that it lives, by less than a deadline: however slow the machine is.
        if house.messages()[0].started_at == house.clock():
            house.later(seconds=DEADLINE * 2 / 3)
        ambiguous.sweep(house.hub)
        return done(house)

    run(house, Pace(valkey), until)
    assert [sending.text[0] for sending in channel.sent] == ["0", "1", "2"]
    assert [part.repeats for part in house.parts()] == [0, 0, 0]
    assert states(house) == ["sent"]


def test_the_call_of_a_worker_that_was_killed_is_repeated(hasty: House, channel: SlowChannel, valkey: Redis) -> None:
    channel.seconds = 60
    put(hasty)

    async def killed() -> None:
        running = asyncio.create_task(Sender(hasty.hub, Pace(valkey)).run())
        while not channel.inside:
            await asyncio.sleep(0.01)
        running.cancel()

    asyncio.run(killed())  # what is under way ends with its loop, and records nothing
    assert states(hasty) == ["sending"]
    channel.seconds = 0

    def until() -> bool:
        ambiguous.sweep(hasty.hub)
        return done(hasty)

    run(hasty, Pace(valkey), until)
    assert states(hasty) == ["sent"]
    assert hasty.parts()[0].repeats == 1


def test_two_senders_send_each_message_once(house: House, channel: SlowChannel, valkey: Redis) -> None:
    for n in range(12):
        put(house, str(n), number(n % 6))

    async def main() -> None:
        senders = [Sender(house.hub, Pace(valkey)) for _ in range(2)]
        running = [asyncio.create_task(sender.run()) for sender in senders]
        try:
            async with asyncio.timeout(PATIENCE):
                while not done(house):
                    await asyncio.sleep(0.01)
        finally:
            for sender in senders:
                sender.stop()
            await asyncio.gather(*running)

    asyncio.run(main())
    assert sorted(int(sending.text) for sending in channel.sent) == list(range(12))
    assert channel.doubled == []


def test_an_island_answers_from_another_thread() -> None:
    async def answer() -> str:
        return "from the loop"

    async def fault() -> None:
        raise LookupError("nobody")

    island = Island()
    try:
        assert island.call(answer()) == "from the loop"
        with pytest.raises(LookupError, match="nobody"):
            island.call(fault())
    finally:
        island.stop()
        island.loop.close()
