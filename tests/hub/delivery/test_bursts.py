"""Tests that a burst of a customer's messages is one post, that a card is drawn once, and that words go first."""

from typing import Any

import pytest

from core.desk.posts import PostCard, PostCustomer, PostMark, PostNote
from core.errors import Outcome, SendError
from core.messages.pieces import Attachment
from hub.delivery.outcomes import ambiguous
from hub.delivery.outcomes.results import record
from hub.delivery.postings import post_to_desk
from hub.delivery.taking import take_due
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.queues.tables import outbox
from tests.hub.house import House


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house with a case whose thread is there, and nothing waiting to be sent."""
    house = House(store)
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    return house


def words(house: House) -> list[str]:
    return [post.text for post in house.posts() if isinstance(post, PostCustomer)]


def ended(house: House) -> list[str]:
    return [row.code for row in house.rows(outbox) if row.lane == "desk" and row.state == "cancelled"]


def to_desk(house: House, *posts: Any) -> None:
    with house.store.write() as conn:
        for post in posts:
            post_to_desk(house.hub, conn, post, post.case_id, house.clock())


def test_what_is_said_in_one_breath_is_one_post(house: House) -> None:
    for said in ("hello", "my boots", "are broken"):
        house.hear(said)
        house.later(seconds=1)
    assert words(house) == ["hello\nmy boots\nare broken"]
    assert ended(house) == ["joined", "joined"]
    assert words(house) == []


def test_what_is_said_later_is_a_post_of_its_own(house: House) -> None:
    house.hear("hello")
    house.later(seconds=5)
    house.hear("are you there?")
    assert words(house) == ["hello", "are you there?"]


def test_a_note_in_between_keeps_its_place(house: House) -> None:
    case_id = house.row(cases).id
    to_desk(house, PostCustomer(case_id, "one"), PostNote(case_id, "a note"), PostCustomer(case_id, "two"))
    assert [post.text for post in house.posts()] == ["one", "a note", "two"]


def test_a_change_or_a_quote_is_not_joined(house: House) -> None:
    case_id = house.row(cases).id
    to_desk(house, PostCustomer(case_id, "one"), PostCustomer(case_id, "two", change="edited"))
    assert words(house) == ["one", "two"]


def test_files_that_are_there_end_a_burst_and_others_are_waited_for_alone(house: House) -> None:
    house.hear("look")
    house.hear("this is it", attachments=(Attachment("image", "wamid.p", "image/jpeg", size=1000),))
    assert words(house) == ["look"]


def test_a_very_long_burst_is_several_posts(house: House) -> None:
    for n in range(4):
        house.hear(str(n) * 4000)
    assert [len(said) for said in words(house)] == [8001, 8001]


def test_a_crash_loses_nothing_of_a_burst_and_repeats_nothing(house: House) -> None:
    house.hear("one")
    house.hear("two")
    jobs, _ = take_due(house.hub, house.pace, 50)
    assert [job.posting.lane for job in jobs] == ["desk"]
    house.later(minutes=10)  # nobody called, nobody is left
    record(house.hub, house.pace, [])
    ambiguous.sweep(house.hub)
    house.later(minutes=10)
    ambiguous.sweep(house.hub)
    assert words(house) == ["one\ntwo"]
    assert words(house) == []


def test_a_card_is_drawn_once_for_all_its_changes(house: House) -> None:
    case_id = house.row(cases).id
    to_desk(house, *(PostCard(case_id) for _ in range(5)))
    house.send()
    assert house.desk.posts == [PostCard(case_id)]
    assert ended(house) == ["joined"] * 4


def test_words_go_before_a_card_and_a_mark_that_came_earlier(house: House) -> None:
    case_id = house.row(cases).id
    to_desk(house, PostCard(case_id), PostMark(case_id, "1.1", "eyes"), PostCustomer(case_id, "hello"))
    house.send()
    first, *later = (type(post) for post in house.desk.posts)
    assert first is PostCustomer
    assert set(later) == {PostCard, PostMark}


def test_words_do_not_wait_for_a_card_that_is_refused(house: House) -> None:
    case_id = house.row(cases).id
    to_desk(house, PostCard(case_id))
    house.desk.script.append(SendError(Outcome.RETRY, "http_503"))
    house.send()
    to_desk(house, PostCustomer(case_id, "hello"))
    house.send()
    assert [type(post) for post in house.desk.posts] == [PostCustomer]
    house.later(minutes=1)
    house.send()
    assert house.desk.posts[-1] == PostCard(case_id)


def test_what_is_said_waits_for_the_first_card(store: Store) -> None:
    house = House(store)
    house.desk.script.append(SendError(Outcome.AMBIGUOUS, "timeout"))
    house.hear("agent")
    house.hear("hello?")
    house.send()
    assert house.desk.posts == []
