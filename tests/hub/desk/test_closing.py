"""Tests that a case's owner is warned, once, before the reply window closes on a customer who waits."""

from core.desk.posts import PostNote
from core.people.addresses import Address
from hub.desk.undelivered.closing import warn
from storage.engine.store import Store
from tests.hub.house import ANNA, TELEGRAM, House


def warnings(house: House) -> list[tuple[str, str]]:
    """Looks now; (user, words) of the warnings that were posted."""
    house.desk.posts.clear()
    warn(house.hub, house.clock())
    return [(post.user, post.text) for post in house.posts() if isinstance(post, PostNote)]


def test_the_owner_is_warned_in_the_last_hour_and_once(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.later(hours=22, minutes=59)
    assert warnings(house) == []
    house.later(minutes=1)
    ((user, words),) = warnings(house)
    assert user == ANNA
    assert "In 60 min the reply window on WhatsApp closes" in words
    assert warnings(house) == []
    house.later(minutes=59)
    assert warnings(house) == []


def test_new_words_of_the_customer_are_a_new_window(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.later(hours=23, minutes=30)
    assert len(warnings(house)) == 1
    house.hear("hello?")
    house.texts()
    assert warnings(house) == []
    house.later(hours=23, minutes=30)
    assert len(warnings(house)) == 1


def test_nobody_is_warned_once_a_person_has_answered(house: House) -> None:
    house.writes("Hello")
    house.texts()
    house.later(hours=23, minutes=30)
    assert warnings(house) == []


def test_a_note_is_no_answer(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.writes("she waits", note=True)
    house.later(hours=23, minutes=30)
    assert len(warnings(house)) == 1


def test_nobody_has_to_be_warned_of_a_case_without_an_owner_or_that_is_over(house: House) -> None:
    house.later(hours=23, minutes=30)
    assert warnings(house) == []
    house.presses("case_claim")
    house.presses("case_resolve")
    house.texts()
    assert warnings(house) == []


def test_it_is_too_late_once_the_window_is_closed(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.later(hours=24)
    assert warnings(house) == []


def test_where_a_person_may_write_longer_that_counts(store: Store) -> None:
    house = House(store)
    house.hear("agent", Address("messenger", "main", "24601"))
    house.texts("messenger")
    house.presses("case_claim")
    house.later(hours=23, minutes=30)
    assert warnings(house) == []
    house.later(hours=144)
    assert "Messenger" in warnings(house)[0][1]


def test_a_channel_without_a_window_warns_of_nothing(store: Store) -> None:
    house = House(store)
    house.hear("agent", TELEGRAM)
    house.texts("telegram")
    house.presses("case_claim")
    house.later(hours=23, minutes=30)
    assert warnings(house) == []
