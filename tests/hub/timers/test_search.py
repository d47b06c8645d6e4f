"""Tests that what is said is found within seconds, what was said before an update too, and edits as they are now."""

from datetime import datetime, timedelta

import pytest

from core.messages.inbound import Edited
from hub.timers.kinds import search
from storage.conversations import listing
from storage.conversations.listing import Sought
from tests.hub.house import WHATSAPP, House


def look(house: House) -> timedelta:
    """Lets the timer come due; returns in how long it comes again."""
    due = search.KIND.handle(house.hub, "", house.clock())
    assert isinstance(due, datetime)
    return due - house.clock()


def found(house: House, words: str) -> int:
    with house.store.read() as conn:
        return len(listing.listed(conn, Sought(words=words))[0])


def test_what_is_said_is_found_at_the_next_look(house: House) -> None:
    house.hear("where are my boots")
    assert found(house, "boots") == 0
    assert look(house) == search.EVERY
    assert found(house, "boots") == 1
    house.later(seconds=5)
    house.hear("they were red")
    look(house)
    assert (found(house, "red"), found(house, "boots red")) == (1, 0)


def test_of_much_that_was_said_before_some_is_taken_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in ("red boots", "blue boots", "green boots"):
        house.hear(words)
    monkeypatch.setattr(search, "AT_ONCE", 1)
    monkeypatch.setattr(search, "ROUNDS", 3)
    waits = [look(house) for _ in range(20)]
    assert (waits[0], waits[-1]) == (timedelta(0), search.EVERY)
    assert [found(house, words) for words in ("red", "blue", "green")] == [1, 1, 1]


def test_an_edited_message_is_found_by_its_new_words(house: House) -> None:
    id_ = house.hear("where are my boots", WHATSAPP)
    look(house)
    house.later(seconds=20)
    house.accept(Edited(house.fresh("e"), WHATSAPP, house.clock(), id_, "where is my belt"))
    house.drain()
    look(house)
    assert (found(house, "boots"), found(house, "belt")) == (0, 1)
