"""Tests who may act at the desk, and what is none of our business."""

import pytest
from sqlalchemy import Connection, update

from core.desk.events import DeskUser
from core.desk.posts import PostEphemeral
from core.people.conversations import CaseState
from storage.desk import threads
from storage.desk.tables import cases
from storage.queues.tables import inbox
from tests.hub.desk.opened import case
from tests.hub.house import ANNA, GUEST, House


def test_a_guest_is_refused_with_a_word(house: House) -> None:
    house.writes("hi from outside", GUEST)
    house.presses("case_resolve", GUEST)
    assert case(house)[:2] == (CaseState.OPEN, None)
    assert house.texts() == []
    assert {post.user for post in house.desk.posts if isinstance(post, PostEphemeral)} == {GUEST}
    assert house.kept() == []


def test_a_thread_that_is_no_case_is_none_of_our_business(house: House) -> None:
    house.writes("lunch?", thread="999.9")
    assert house.texts() == []
    assert house.kept() == []


def test_an_agent_who_cannot_be_looked_up_is_tried_again(house: House) -> None:
    house.writes("Hello", "UNEW")
    (row,) = (row for row in house.rows(inbox) if row.lane == "desk")
    assert (row.state, row.attempts) == (0, 0)  # Slack may be away for long: no attempt is burned
    house.desk.users["UNEW"] = DeskUser("UNEW", "Nina", True)
    house.later(minutes=1)
    house.drain()
    assert house.row(cases).claimed_by == "UNEW"


def test_a_reply_that_overtakes_the_note_of_its_thread_is_heard(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The card's thread is written down between the look for the case and the look for cards under way."""
    row = case(house)
    thread = house.row(cases).thread
    with house.store.write() as conn:
        conn.execute(update(cases).values(thread=None))

    def finished_meanwhile(_conn: Connection, _place: str) -> bool:
        with house.store.write() as conn:
            conn.execute(threads.SET_THREAD, {"row": house.row(cases).id, "thread_": thread})
        return False

    monkeypatch.setattr(threads, "has_card_under_way", finished_meanwhile)
    house.writes("Hello there", ANNA, thread=thread)
    assert "Hello there" in house.texts()
    assert row[0] == CaseState.OPEN
