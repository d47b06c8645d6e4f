"""Tests that an answer is sent from the turn that makes it: one transaction less, and no promise less."""

from datetime import timedelta
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisIsAway

from hub import shards
from hub.delivery.outcomes import ambiguous
from hub.delivery.taking import take_due
from hub.drain import LANES
from storage.engine.store import Store
from storage.people.tables import conversations
from tests.hub.house import SMS, TELEGRAM, WHATSAPP, House


@pytest.fixture
def house(store: Store) -> House:
    """Makes an installation whose turns send at once."""
    return House(store, at_once=True)


def states(house: House) -> list[str]:
    return [row.state for row in house.messages()]


def test_an_answer_is_marked_and_handed_over_by_the_turn_itself(house: House) -> None:
    house.hear("menu")
    assert states(house) == ["sending"]
    assert [(part.state, part.tries) for part in house.parts()] == [("sending", 1)]
    assert [job.posting.id for job in house.boarded] == [house.messages()[0].id]
    assert "outbox" not in house.waker.calls
    assert len(house.texts()) == 1
    assert states(house) == ["sent"]


def test_a_channel_without_receipts_keeps_the_two_steps(house: House) -> None:
    house.hear("menu", TELEGRAM)
    assert states(house) == ["pending"]
    assert house.boarded == []
    assert "outbox" in house.waker.calls


def test_what_follows_in_a_conversation_waits_for_what_is_under_way(house: House) -> None:
    house.hear("menu")
    house.hear("menu")
    assert states(house) == ["sending", "pending"]
    assert take_due(house.hub, house.pace, 50)[0] == []
    house.send()
    assert states(house) == ["sent", "sent"]


def test_several_conversations_of_a_group_are_sent_at_once(house: House) -> None:
    house.say("menu", WHATSAPP)
    house.say("menu", SMS)
    house.drain()
    assert states(house) == ["sending", "sending"]
    assert len(house.boarded) == 2


def test_without_redis_the_answer_waits_in_the_outbox(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_requests: Any) -> list[float]:
        raise RedisIsAway

    monkeypatch.setattr(house.pace, "reserve", away)
    house.hear("menu")
    assert states(house) == ["pending"]
    monkeypatch.undo()
    assert len(house.texts()) == 1


def test_a_sender_without_a_slot_leaves_the_answer_in_the_outbox(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.pace, "reserve", lambda requests: [-3.0] * len(requests))
    house.hear("menu")
    assert states(house) == ["pending"]


def test_a_worker_that_dies_before_the_call_does_not_use_up_the_one_repeat(house: House) -> None:
    house.hear("menu")
    house.boarded.clear()  # killed between commit and call
    house.later(seconds=31)
    ambiguous.sweep(house.hub)
    house.later(seconds=46)
    ambiguous.sweep(house.hub)
    assert len(house.texts()) == 1
    assert [(part.repeats, part.crashes) for part in house.parts()] == [(1, 1)]


def test_a_turn_that_is_not_committed_sends_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.hear("hello")
    house.texts()
    house.say("menu")
    stale = shards.renew(house.hub, "house")
    house.later(seconds=5)
    shards.renew(house.hub, "other")
    with pytest.raises(shards.LeaseLostError):
        LANES.drain(house.hub, stale)
    assert house.boarded == []
    assert states(house) == ["sent"]


def test_a_closed_window_is_left_to_whoever_looks_into_the_outbox(house: House) -> None:
    house.hear("hello")
    house.texts()
    with house.store.write() as conn:
        past = house.clock() - timedelta(days=2)
        conn.execute(conversations.update().values(last_inbound_at=past))
    house.say("menu", sent_at=house.clock() - timedelta(days=2))
    house.drain()
    assert states(house)[-1] == "pending"
