"""Tests that a reply may be undone, changed and deleted for as long as the store says, before it goes out."""

from datetime import timedelta

import pytest

from core.cases.desk_times import DeskTimes
from core.desk.events import AgentFile
from storage.engine.store import Store
from storage.people.tables import messages
from tests.hub.desk.agents_words import buttons, deletes, edits, marks, presses, told
from tests.hub.house import House


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house with a claimed case, where replies wait for ten seconds."""
    house = House(store, times=DeskTimes(undo=timedelta(seconds=10)))
    house.hear("agent")
    house.presses("case_claim")
    house.texts()
    house.desk.posts.clear()
    return house


def test_a_reply_waits_and_goes_out(house: House) -> None:
    house.writes("Hello")
    (post,) = [post for post in told(house) if post.buttons]
    assert "10 s" in post.text
    assert [button.label for button in post.buttons] == ["Undo"]
    assert house.texts() == []
    house.later(seconds=10)
    assert house.texts() == ["Hello"]


def test_an_undone_reply_is_a_note_and_was_never_said(house: House) -> None:
    house.writes("Hello, silly")
    presses(house, buttons(told(house))["Undo"])
    assert "Undone" in told(house)[-1].text
    house.later(seconds=20)
    assert house.texts() == []
    assert house.kept() == [("Hello, silly", "note")]
    assert "Hello, silly" not in [row.text for row in house.rows(messages)]


def test_undo_comes_too_late(house: House) -> None:
    house.writes("Hello")
    undo = buttons(told(house))["Undo"]
    house.later(seconds=11)
    house.send()
    presses(house, undo)
    assert "Too late" in told(house)[-1].text
    assert house.kept() == [("Hello", "sent")]


def test_its_mark_says_how_it_stands(house: House) -> None:
    house.writes("Hello")
    assert marks(house) == ["hourglass_flowing_sand"]
    house.later(seconds=11)
    assert marks(house) == ["white_check_mark"]


def test_deleting_it_in_time_cancels_it(house: House) -> None:
    message = house.writes("Hello")
    deletes(house, message)
    assert "Stopped in time" in told(house)[-1].text
    house.later(seconds=20)
    assert house.texts() == []


def test_what_was_changed_in_time_goes_out_as_changed(house: House) -> None:
    message = house.writes("Helo")
    edits(house, message, "Hello")
    assert "new words" in told(house)[-1].text
    house.later(seconds=20)
    assert house.texts() == ["Hello"]
    assert [row.text for row in house.rows(messages) if row.author == "UANNA"] == ["Hello"]


def test_what_became_a_note_in_time_stays_inside(house: House) -> None:
    message = house.writes("she is rude")
    edits(house, message, "she is rude", note=True)
    house.later(seconds=20)
    assert house.texts() == []
    assert house.kept() == [("she is rude", "note")]


def test_what_reads_like_a_note_now_is_held(house: House) -> None:
    message = house.writes("she is rude")
    edits(house, message, "[internal] she is rude")
    posts = told(house)
    house.later(seconds=20)
    assert house.texts() == []
    presses(house, buttons(posts)["Keep as note"])
    assert house.kept() == [("[internal] she is rude", "note")]


def test_what_is_sent_after_all_has_its_files(house: House) -> None:
    message = house.writes("see this", files=(AgentFile("F1", "a.pdf", "application/pdf", 9),))
    edits(house, message, "[internal] see this")
    presses(house, buttons(told(house))["Send to customer"])
    stopped, sent = (row for row in house.messages() if row.speaker == "agent")
    assert stopped.state == "cancelled"
    assert "a.pdf" in sent.payload


def test_without_such_a_time_nothing_is_asked(store: Store) -> None:
    house = House(store)
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    house.writes("Hello")
    assert told(house) == []
