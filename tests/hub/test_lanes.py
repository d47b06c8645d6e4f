"""Tests the lane runner: any lane is handled, its failures paused and put away, by the same few rules."""

import pytest

from core.retries import RULES, Failure
from hub import shards
from hub.hub import Hub
from hub.lanes import Claimed, Handled, Lane, Lanes
from hub.shards import LeaseLostError, ShardLease
from storage.queues import inbox
from storage.queues.tables import inbox as inbox_table
from tests.hub.house import House
from tests.storage.queues.test_inbox import arrival


class Recorder:
    """Handles a new lane: notes what it was given."""

    def __init__(self, *bad: str) -> None:
        self.bad = bad
        self.groups: list[dict[str, int]] = []
        self.lost = False

    def handle(self, hub: Hub, lease: ShardLease, claimed: Claimed) -> Handled:
        self.groups.append({key: len(items) for key, items in claimed.items()})
        if self.lost:
            raise LeaseLostError
        if any(item.payload in self.bad for items in claimed.values() for item in items):
            raise ValueError("bad")
        with hub.store.write() as conn:
            lease.finish(conn, [item.id for items in claimed.values() for item in items], hub.now())
        return Handled()


def drain(house: House, recorder: Recorder, most: int = 10) -> int:
    return Lanes([Lane("survey", most, recorder.handle)]).drain(house.hub, shards.renew(house.hub, "me"))


def keep(house: House, *names: str, key: str = "") -> None:
    house.keep(*(arrival(name, key=key or name, lane="survey", payload=name) for name in names))


def states(house: House) -> dict[str, tuple[int, int]]:
    return {row.external_id: (row.state, row.attempts) for row in house.rows(inbox_table)}


def test_a_new_lane_is_one_line(house: House) -> None:
    keep(house, "a", "b")
    keep(house, "b2", key="b")
    recorder = Recorder()
    assert drain(house, recorder) == 3
    assert recorder.groups == [{"a": 1, "b": 2}]
    assert {state for state, _ in states(house).values()} == {inbox.HANDLED}
    assert drain(house, recorder) == 0
    assert len(recorder.groups) == 1


def test_a_full_group_is_followed_by_another_look(house: House) -> None:
    keep(house, *"abcde")
    recorder = Recorder()
    assert drain(house, recorder, most=2) == 5
    assert list(map(len, recorder.groups)) == [2, 2, 1]


def test_a_bad_item_takes_no_other_with_it_and_ends_as_a_dead_letter(house: House) -> None:
    keep(house, "good", "bad")
    recorder = Recorder("bad")
    drain(house, recorder)
    assert states(house) == {"good": (inbox.HANDLED, 0), "bad": (inbox.PENDING, 1)}
    drain(house, recorder)  # its key rests
    assert states(house)["bad"] == (inbox.PENDING, 1)
    for _ in range(RULES[Failure.ITEM].tries):
        house.later(minutes=1)
        drain(house, recorder)
    assert states(house)["bad"] == (inbox.DEAD, RULES[Failure.ITEM].tries)


def test_a_lost_shard_stops_the_round_and_burns_nothing(house: House) -> None:
    keep(house, "a")
    recorder = Recorder()
    recorder.lost = True
    with pytest.raises(LeaseLostError):
        drain(house, recorder)
    assert states(house) == {"a": (inbox.PENDING, 0)}
