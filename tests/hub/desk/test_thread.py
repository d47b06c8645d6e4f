"""Tests what agents write in a thread: replies that claim and go out, notes that stay, second thoughts, failures."""

import pytest

from core.desk.events import AgentDeleted, AgentEdited, AgentMessage
from core.desk.posts import PostCustomer, PostEphemeral, PostMark, PostNote
from core.errors import Outcome, SendError
from core.messages.inbound import ReceiptStatus
from core.people.addresses import Address
from core.people.conversations import CaseState, Owner
from storage.desk.tables import audit, cases, desk_messages
from storage.engine.store import Store
from storage.people.tables import conversations
from tests.fakes import PHONE, PLACE
from tests.hub.desk.opened import case
from tests.hub.house import ANNA, BEN, SMS, House


def test_the_first_answer_claims_the_case_and_goes_out(house: House) -> None:
    message = house.writes("Hello Jane, how can I help?")
    assert case(house) == (CaseState.CLAIMED, ANNA, Owner.AGENT)
    joined, answer = house.texts()
    assert "Anna" in joined
    assert answer == "Hello Jane, how can I help?"
    assert house.posts() == [PostMark(house.row(cases).id, message, "white_check_mark", place=PLACE)]
    assert house.kept() == [("Hello Jane, how can I help?", "sent")]
    assert [row.action for row in house.rows(audit)] == ["claim"]


def test_the_second_answer_does_not_introduce_again(house: House) -> None:
    house.writes("Hello")
    house.writes("Which order is it?")
    assert house.texts()[1:] == ["Hello", "Which order is it?"]


def test_the_same_event_twice_is_one_answer(house: House) -> None:
    for _ in range(2):
        house.writes("Hello", message="1.1")
    assert house.texts()[1:] == ["Hello"]


@pytest.mark.parametrize("user", [ANNA, BEN])
def test_a_note_stays_inside_and_claims_nothing(house: House, user: str) -> None:
    house.writes("sounds upset", user, note=True)
    assert house.texts() == []
    assert case(house)[:2] == (CaseState.OPEN, None)
    assert house.kept() == [("sounds upset", "note")]


def test_a_colleagues_answer_is_held_and_sent_on_their_word(house: House) -> None:
    house.writes("Hello")
    house.writes("I know this one", BEN)
    assert house.texts()[1:] == ["Hello"]
    (ephemeral,) = (post for post in house.desk.posts if isinstance(post, PostEphemeral))
    assert (ephemeral.user, "Anna" in ephemeral.text, bool(ephemeral.buttons[0].value)) == (BEN, True, True)
    house.presses("held_send", BEN, ephemeral.buttons[0].value)
    assert house.texts() == ["I know this one"]
    house.presses("held_send", BEN, ephemeral.buttons[0].value)
    assert house.texts() == []
    assert case(house)[1] == ANNA


def test_a_colleagues_answer_is_kept_as_a_note_on_their_word(house: House) -> None:
    house.writes("Hello")
    house.writes("between us: be quick", BEN)
    (ephemeral,) = (post for post in house.posts() if isinstance(post, PostEphemeral))
    house.texts()
    house.presses("held_keep", BEN, ephemeral.buttons[0].value)
    assert "note" in house.ephemerals()[0].text
    house.presses("held_send", BEN, ephemeral.buttons[0].value)
    assert house.texts() == []
    assert ("between us: be quick", "note") in house.kept()


def test_only_the_author_sends_what_is_held(house: House) -> None:
    house.writes("Hello")
    house.writes("mine", BEN)
    held = next(row.id for row in house.rows(desk_messages) if row.state == "held")
    house.texts()
    house.presses("held_send", ANNA, held)
    assert house.texts() == []


def test_two_answers_at_once_make_one_owner(house: House) -> None:
    thread, now = house.row(cases).thread, house.clock()
    house.act(
        AgentMessage("e1", PLACE, thread, "1.1", ANNA, "Hello", now),
        AgentMessage("e2", PLACE, thread, "1.2", BEN, "Hi", now),
    )
    assert case(house)[1] == ANNA
    assert house.texts()[1:] == ["Hello"]
    assert sorted(house.kept()) == [("Hello", "sent"), ("Hi", "held")]


def test_nothing_is_sent_into_a_resolved_case(house: House) -> None:
    house.writes("Done!")
    house.presses("case_resolve")
    house.texts()
    house.desk.posts.clear()
    house.writes("one more thing")
    assert house.texts() == []
    (ephemeral,) = (post for post in house.desk.posts if isinstance(post, PostEphemeral))
    assert "Reopen" in ephemeral.text


def test_a_held_message_is_not_sent_after_the_case_was_resolved(house: House) -> None:
    house.writes("Hello")
    house.writes("too late", BEN)
    held = next(row.id for row in house.rows(desk_messages) if row.state == "held")
    house.presses("case_resolve")
    house.texts()
    house.presses("held_send", BEN, held)
    assert house.texts() == []


def test_an_edit_after_sending_is_answered_with_advice(house: House) -> None:
    message, thread = house.writes("your parcell"), house.row(cases).thread
    house.texts()
    house.desk.posts.clear()
    house.act(AgentEdited("ed", PLACE, thread, message, ANNA, "your parcel", house.clock()))
    assert "first version" in house.ephemerals()[0].text
    assert house.texts() == []
    note = house.writes("to self", note=True)
    house.act(AgentEdited("ed2", PLACE, thread, note, ANNA, "to myself", house.clock(), note=True))
    assert house.ephemerals() == []
    assert ("to myself", "note") in house.kept()


@pytest.mark.parametrize("sent_before", [True, False])
def test_a_deleted_answer_is_stopped_when_there_is_time(house: House, sent_before: bool) -> None:
    message, thread = house.writes("wrong window"), house.row(cases).thread
    if sent_before:
        house.texts()
        house.desk.posts.clear()
    house.act(AgentDeleted("del", PLACE, thread, message, ANNA, house.clock()))
    (ephemeral,) = house.ephemerals()
    assert ephemeral.text.startswith("The customer already" if sent_before else "Stopped in time")
    assert ("wrong window" in house.channels["whatsapp"].texts) is False
    assert any(row.code == "deleted_by_agent" for row in house.messages()) is not sent_before


def test_an_answer_that_fails_is_told_in_the_thread(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.desk.posts.clear()
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131009"))
    message = house.writes("Hello")
    case_id = house.row(cases).id
    note, mark = house.posts()
    assert mark == PostMark(case_id, message, "x", place=PLACE)
    assert isinstance(note, PostNote)
    assert "131009" in note.text


@pytest.mark.parametrize(
    ("channel", "outcome", "code", "words"),
    [
        ("whatsapp", Outcome.WINDOW_CLOSED, "131047", "only a template would do"),
        ("whatsapp", Outcome.ADDRESS_DEAD, "131026", "Nobody is reached at this address any more"),
        ("messenger", Outcome.WINDOW_CLOSED, "10/2018278", "only a template would do"),
        ("whatsapp", None, "window", "only a template would do"),
        ("whatsapp", None, "dead", "Nobody is reached at this address any more"),
    ],
)
def test_an_agent_reads_words_and_code_of_an_answer_and_of_a_receipt(
    store: Store, channel: str, outcome: Outcome | None, code: str, words: str
) -> None:
    house, to = House(store), Address(channel, "main", PHONE if channel == "whatsapp" else "24601")
    house.hear("agent", to)
    house.texts(channel)
    house.presses("case_claim")
    house.posts()
    if outcome:
        house.channels[channel].script.append(SendError(outcome, code))
    house.writes("Hello")
    if not outcome:
        house.send()
        house.receipt(ReceiptStatus.FAILED, to, provider_id=house.parts()[-1].provider_id, code=code)
    (note,) = [post for post in house.posts() if isinstance(post, PostNote)]
    assert "Not delivered" in note.text
    assert f"{words} ({code})." in note.text


def test_a_person_may_answer_longer_where_the_channel_says_so(store: Store) -> None:
    house = House(store)
    house.hear("agent", Address("messenger", "main", "24601"))
    house.texts("messenger")
    house.later(hours=25)
    house.writes("Sorry for the wait")
    house.send()
    last = house.channels["messenger"].sent[-1]
    assert (last.text, last.part.payload["late"]) == ("Sorry for the wait", True)


def test_the_thread_outlives_a_failure_of_the_desk(store: Store) -> None:
    house = House(store)
    house.desk.script.append(SendError(Outcome.RETRY, "http_503"))
    house.hear("agent")
    house.hear("my boots are broken")
    house.texts()
    assert house.desk.posts == []
    house.later(seconds=2)
    house.send()
    kinds = [type(post).__name__ for post in house.desk.posts]
    assert kinds[:2] == ["PostCard", "PostCustomer"]
    assert house.desk.roots[1] == house.row(cases).thread


def test_each_conversation_has_a_case_of_its_own(house: House) -> None:
    house.hear("agent", SMS)
    assert len(house.rows(cases)) == 2
    assert {row.conversation_id for row in house.rows(cases)} == {row.id for row in house.rows(conversations)}
    assert {row.case_id for row in house.rows(conversations)} == {row.id for row in house.rows(cases)}


def test_what_slack_slows_down_comes_whole_and_in_order(house: House) -> None:
    for number in range(5):
        house.hear(f"line {number}")
        house.desk.script.append(SendError(Outcome.PACE, "ratelimited", retry_after=2.0))
        house.send()
        house.later(seconds=1)
    for _ in range(5):
        house.later(seconds=3)
        house.send()
    said = "\n".join(post.text for post in house.desk.posts if isinstance(post, PostCustomer))
    assert [said.count(f"line {number}") for number in range(5)] == [1] * 5
    assert [line for line in said.split("\n") if line.startswith("line")] == [f"line {number}" for number in range(5)]
