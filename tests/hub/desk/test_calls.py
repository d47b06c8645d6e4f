"""Tests how many calls the desk takes: it allows one post a second in a channel, and 50 marks a minute."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from core.desk.posts import DeskPost, PostCard, PostCustomer, PostMark
from core.errors import Outcome, SendError
from core.messages.inbound import ReceiptStatus
from hub.delivery.pace.limits import CHANGES
from hub.delivery.pace.rate_limit import Request
from hub.hub import Timing
from storage.engine.store import Store
from tests.fakes import FreePace
from tests.hub.house import House

SECOND = timedelta(seconds=1)


class NoCards(FreePace):
    """Has no slot for what is drawn again."""

    def reserve(self, requests: Sequence[Request]) -> list[float]:
        """Puts those off for a minute."""
        return [-60.0 if any(bucket.key.endswith(CHANGES) for bucket in each.buckets) else 0.0 for each in requests]


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house with a case that an agent has answered once, in which marks settle for a second."""
    house = House(store, timing=Timing(mark_seconds=SECOND.total_seconds()))
    house.hear("agent")
    house.texts()
    house.writes("Hello")
    calls(house)
    return house


def calls(house: House) -> list[DeskPost]:
    """Lets a minute pass; the calls to the desk since the last time."""
    for _ in range(2):
        house.send()
        house.later(seconds=30)
    house.send()
    made: list[DeskPost] = [*house.desk.posts]
    house.desk.posts.clear()
    return made


def receives(house: House, *states: str) -> None:
    """Handles the provider's words on the last reply."""
    for state in states:
        house.receipt(ReceiptStatus(state), provider_id=house.parts()[-1].provider_id)


def test_a_customers_words_are_one_post_and_the_card_says_that_an_answer_is_owed(house: House) -> None:
    house.hear("Is it there yet?")
    post, card = calls(house)
    assert isinstance(post, PostCustomer)
    assert isinstance(card, PostCard)


def test_a_burst_of_words_is_one_post_and_one_card(house: House) -> None:
    for text in ("Hello?", "It is urgent", "Order 1001"):
        house.hear(text)
    post, card = calls(house)
    assert isinstance(post, PostCustomer)
    assert post.text == "Hello?\nIt is urgent\nOrder 1001"
    assert isinstance(card, PostCard)


def test_a_reply_that_is_read_at_once_is_one_mark(house: House) -> None:
    house.writes("It arrives today")
    house.send()
    receives(house, "sent", "delivered", "read")
    (post,) = calls(house)
    assert isinstance(post, PostMark)
    assert post.name == "eyes"


def test_a_reply_that_is_read_later_changes_its_mark_once(house: House) -> None:
    house.writes("It arrives today")
    house.send()
    receives(house, "sent", "delivered")
    assert [post.name for post in calls(house) if isinstance(post, PostMark)] == ["mailbox_with_mail"]
    receives(house, "read")
    assert [(post.name, post.remove) for post in calls(house) if isinstance(post, PostMark)] == [
        ("eyes", False),
        ("mailbox_with_mail", True),
    ]


def test_a_reply_that_failed_is_marked_at_once(house: House) -> None:
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131009"))
    house.writes("It arrives today")
    house.send()
    assert [post.name for post in house.desk.posts if isinstance(post, PostMark)] == ["x"]


def test_a_mark_does_not_wait_for_a_card_that_has_no_slot_yet(house: House) -> None:
    house.pace = NoCards()
    house.hear("Is it there yet?")  # the card is to say that an answer is owed
    message = house.writes("Note - ask the warehouse")
    house.send()
    marks = [post for post in house.desk.posts if isinstance(post, PostMark)]
    assert [(post.message, post.name) for post in marks] == [(message, "hourglass_flowing_sand")]
    assert not any(isinstance(post, PostCard) for post in house.desk.posts)
