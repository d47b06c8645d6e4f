"""Tests what an agent may do about a reply that did not arrive: try again, another channel; and a closed window."""

import pytest

from core.desk.events import AgentFile
from core.desk.posts import PostNote
from core.errors import Outcome, SendError
from core.people.conversations import CaseState, Owner
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.media.tables import media as files
from storage.people.consents import row as consent
from storage.people.tables import consents, conversations, messages
from tests.fakes import PHONE
from tests.hub.desk.agents_words import buttons, edits, marks, presses, told
from tests.hub.house import BEN, SMS, House


def failed(house: House, text: str = "Hello", code: str = "131009") -> None:
    """Writes a reply that the provider refuses."""
    house.presses("case_claim")
    house.texts()
    house.desk.posts.clear()
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, code))
    house.writes(text)


def test_a_failed_reply_is_tried_again_once(house: House) -> None:
    failed(house)
    posts = told(house)
    assert isinstance(posts[-1], PostNote)
    assert list(buttons(posts)) == ["Try again"]
    retry = buttons(posts)["Try again"]
    presses(house, retry)
    presses(house, retry)
    assert house.texts() == ["Hello"]
    presses(house, retry, BEN)
    assert house.texts() == []
    assert "on its way" in told(house)[-1].text


def test_its_mark_follows_the_new_try(house: House) -> None:
    failed(house)
    posts = house.posts()
    presses(house, buttons([post for post in posts if hasattr(post, "buttons")])["Try again"])
    assert marks(house) == ["white_check_mark"]


def test_it_takes_its_files_along(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.writes("See this", files=(AgentFile("F1", "a.pdf", "application/pdf", 10),))
    (row,) = [row for row in house.messages() if row.speaker == "agent"]
    with house.store.write() as conn:
        conn.execute(files.update().values(state="lost", code="gone"))
    house.later(minutes=5)
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131009"))
    posts = told(house)
    presses(house, buttons(posts)["Try again"])
    again = [row for row in house.messages() if row.speaker == "agent"]
    assert len(again) == 2
    assert '"media"' in again[1].payload
    assert row.id != again[1].id


def test_new_words_go_with_the_next_try(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131009"))
    message = house.writes("Helo")
    house.send()
    house.desk.posts.clear()
    edits(house, message, "Hello")
    presses(house, buttons(told(house))["Try again"])
    assert house.texts() == ["Hello"]


def test_where_the_window_is_closed_nothing_is_tried(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.desk.posts.clear()
    house.later(hours=25)
    house.writes("Sorry for the wait")
    posts = house.posts()
    note = next(post for post in posts if isinstance(post, PostNote))
    assert "window is closed" in note.text
    assert [button.label for button in note.buttons] == ["Try again"]
    assert [row for row in house.messages() if row.speaker == "agent"] == []
    assert house.kept() == [("Sorry for the wait", "unsent")]
    assert "Sorry for the wait" not in [row.text for row in house.rows(messages)]
    house.hear("are you there?")
    presses(house, note.buttons[-1])
    assert house.texts() == ["Sorry for the wait"]


def test_words_of_an_unsent_reply_may_be_changed(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.later(hours=25)
    message = house.writes("Sory")
    house.posts()
    edits(house, message, "Sorry")
    assert "Try again" in buttons(told(house))
    assert house.kept() == [("Sorry", "unsent")]


def by_sms_too(house: House) -> None:
    """Has the same customer write by SMS."""
    house.hear("menu", SMS)
    house.texts("sms")
    with house.store.write() as conn:
        person = house.rows(conversations)[0].customer_id
        conn.execute(conversations.update().values(customer_id=person))
    house.desk.posts.clear()


def test_the_case_goes_on_at_another_address(house: House) -> None:
    by_sms_too(house)
    house.presses("case_claim")
    house.texts()
    house.later(hours=25)
    house.writes("Sorry for the wait")
    other = buttons(told(house))["Other channel"]
    presses(house, other)
    posts = told(house)
    assert [button.label.split()[0] for button in posts[-1].buttons] == ["SMS"]
    assert PHONE not in posts[-1].buttons[0].label
    presses(house, posts[-1].buttons[0])
    assert house.texts("sms") == ["Sorry for the wait"]
    presses(house, posts[-1].buttons[0])
    assert house.texts("sms") == []
    whatsapp, sms = sorted(house.rows(conversations), key=lambda row: row.channel, reverse=True)
    assert house.row(cases).conversation_id == sms.id
    assert {whatsapp.owner, sms.owner} == {Owner.AGENT}
    house.writes("One more")
    assert house.texts("sms") == ["One more"]
    house.presses("case_resolve")
    assert house.row(cases).state == CaseState.RESOLVED
    assert {row.owner for row in house.rows(conversations)} == {Owner.BOT}


def test_who_said_stop_there_is_not_written_to(house: House) -> None:
    by_sms_too(house)
    with house.store.write() as conn:
        conn.execute(consents.insert(), consent("sms", PHONE, "service", False, "test", house.clock()))
    failed(house)
    assert "Other channel" not in buttons(told(house))


@pytest.mark.parametrize("label", ["Try again", "Other channel"])
def test_nothing_is_sent_once_the_case_is_over(store: Store, label: str) -> None:
    house = House(store)
    house.hear("agent")
    house.texts()
    by_sms_too(house)
    failed(house)
    found = buttons(told(house))[label]
    house.presses("case_resolve")
    house.texts()
    presses(house, found)
    posts = told(house)
    if label == "Other channel":
        presses(house, posts[-1].buttons[0])
    assert [text for text in [*house.texts(), *house.texts("sms")] if text == "Hello"] == []


def test_a_number_where_they_agreed_and_never_wrote_is_another_channel(house: House) -> None:
    with house.store.write() as conn:
        conn.execute(consents.insert(), consent("sms", PHONE, "service", True, "order:1001", house.clock()))
    failed(house)
    posts = told(house)
    assert list(buttons(posts)) == ["Other channel", "Try again"]
    presses(house, buttons(posts)["Other channel"])
    (way,) = buttons(told(house)).values()
    assert way.label.startswith("SMS")
    presses(house, way)
    assert house.texts("sms") == ["Hello"]
    who = next(row for row in house.rows(conversations) if row.channel == "sms")
    assert (who.owner, house.row(cases).conversation_id) == (Owner.AGENT, who.id)
