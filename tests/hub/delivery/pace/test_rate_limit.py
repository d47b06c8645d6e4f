"""Tests the limits of senders, in the real Valkey: never above the rate, replies first, nothing lost to a refusal."""

from itertools import pairwise

import pytest
from redis import Redis

from hub.delivery.pace.rate_limit import Bucket, Pace, Request

SLACK = 0.2  # seconds: what this machine may take between two questions


@pytest.fixture
def pace(valkey: Redis) -> Pace:
    return Pace(valkey)


def request(*buckets: Bucket, horizon: float = 1000) -> Request:
    return Request(buckets, horizon)


def test_slots_of_a_sender_are_an_interval_apart(pace: Pace) -> None:
    waits = pace.reserve([request(Bucket("s", 2.0))] * 50)
    assert waits[0] == 0
    assert all(later - earlier == pytest.approx(2.0, abs=1e-5) for earlier, later in pairwise(waits))


def test_slots_stay_apart_over_several_questions(pace: Pace) -> None:
    for n in range(10):
        (wait,) = pace.reserve([request(Bucket("s", 100.0))])
        assert wait == pytest.approx(100.0 * n, abs=SLACK)


def test_a_burst_goes_out_at_once_and_then_the_interval_holds(pace: Pace) -> None:
    waits = pace.reserve([request(Bucket("pair", 6.0, 4))] * 7)
    assert waits == pytest.approx([0, 0, 0, 0, 6, 12, 18], abs=1e-5)


def test_all_buckets_of_a_message_hold(pace: Pace) -> None:
    sender = Bucket("sender", 1.0)
    waits = pace.reserve([request(sender, Bucket("pair:1", 10.0)), request(sender, Bucket("pair:1", 10.0))])
    assert waits == pytest.approx([0, 10], abs=1e-5)
    # Whoever goes to another does not wait for the pair, only for the sender's slots that are taken.
    (other,) = pace.reserve([request(sender, Bucket("pair:2", 10.0))])
    assert other == pytest.approx(11, abs=SLACK)


def test_a_refused_message_costs_nothing_and_learns_how_long(pace: Pace) -> None:
    bucket = Bucket("s", 5.0)
    assert pace.reserve([request(bucket)]) == [0]
    refused = pace.reserve([request(bucket, horizon=1)] * 3)
    assert refused == pytest.approx([-5, -5, -5], abs=SLACK)
    (wait,) = pace.reserve([request(bucket)])
    assert wait == pytest.approx(5, abs=SLACK)


def test_a_reply_finds_the_slot_that_bulk_may_not_reserve(pace: Pace) -> None:
    bucket = Bucket("s", 1.0)
    bulk = pace.reserve([request(bucket, horizon=0.25)] * 20)
    assert bulk[0] == 0
    assert all(wait < 0 for wait in bulk[1:])
    (reply,) = pace.reserve([request(bucket, horizon=2.0)])
    assert reply == pytest.approx(1.0, abs=SLACK)


def test_without_a_limit_nobody_waits(pace: Pace) -> None:
    assert pace.reserve([]) == []
    assert pace.reserve([request(), request(Bucket("s", 0.0)), request(Bucket("s", 0.0))]) == [0, 0, 0]


def test_a_pause_holds_for_everybody_and_only_grows(pace: Pace) -> None:
    pace.pause("s", 30)
    pace.pause("s", 10)
    waits = pace.reserve([request(Bucket("s", 0.0), horizon=1), request(Bucket("s", 1.0), horizon=1)])
    assert waits == pytest.approx([-30, -30], abs=SLACK)
    assert pace.reserve([request(Bucket("other", 1.0))]) == [0]


def test_a_pause_holds_for_a_sender_that_may_burst(pace: Pace) -> None:
    pace.pause("desk", 5)
    (wait,) = pace.reserve([request(Bucket("desk", 1.0, 8), horizon=1)])
    assert wait == pytest.approx(-5, abs=SLACK)


def test_what_is_over_is_forgotten(pace: Pace, valkey: Redis) -> None:
    pace.reserve([request(Bucket("s", 2.0))])
    pace.pause("p", 3)
    left = sorted(valkey.pttl(key) for key in valkey.scan_iter())
    assert len(left) == 2
    assert 2000 < left[0] <= 3000
    assert 3000 < left[1] <= 4000


def test_a_budget_lets_so_many_different_customers_in(pace: Pace) -> None:
    assert [pace.admit("day", f"+1202555010{n}", 3) for n in range(3)] == [0, 0, 0]
    assert pace.admit("day", "+12025550101", 3) == 0  # who was written to already
    assert pace.admit("day", "+12025550107", 3) == pytest.approx(86_400, abs=SLACK * 5)
    assert pace.admit("day", "+12025550107", 4) == 0
