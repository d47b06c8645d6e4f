"""Tests who wrote what the page's echoes tell of, on the running system."""

from collections.abc import Iterator

import pytest

from tests.journeys.system import System
from tests.journeys.wording import said

GREETING = said("utter_ask_topic")
OTHER_APP = "98765"


@pytest.fixture
def desk(both_accounts: System) -> Iterator[System]:
    yield both_accounts
    both_accounts.heal()


def asks(desk: System) -> str:
    phone = desk.meet(channels=["messenger"])
    desk.say(phone, "menu")
    return phone


def again(desk: System, phone: str) -> None:
    """Asks the bot once more, and gets its answer."""
    desk.settled()
    desk.say(phone, "menu")
    desk.expect(phone, GREETING)


def test_an_echo_of_ours_that_is_here_before_the_call_s_answer_ends_nothing(desk: System) -> None:
    desk.fault("messenger", "early_echo", times=1)
    phone = asks(desk)
    desk.expect(phone, GREETING)
    again(desk, phone)


def test_an_instant_reply_of_another_app_does_not_end_the_bot_and_status_tells_of_it(desk: System) -> None:
    phone = asks(desk)
    assert desk.act(phone, {"kind": "human", "app": OTHER_APP, "text": "We will be right back."}) == 200
    again(desk, phone)
    told = desk.command("channels", "status", "messenger").stdout
    assert "☐ instant reply: another program answered" in told


def test_a_person_s_answer_in_the_page_s_inbox_does(desk: System) -> None:
    phone = asks(desk)
    desk.expect(phone, GREETING)
    desk.act(phone, {"kind": "human", "text": "Tom here"})
    desk.settled()
    desk.say(phone, "menu")
    desk.settled()
    assert [bubble["text"] for bubble in desk.fresh(phone)] == []
