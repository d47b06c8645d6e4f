"""What agents do at the desk: claim by answering, notes that stay inside, one agent at a time, the end and after."""

import pytest

from core import desk as d
from core.addresses import Address
from core.conversations import CaseState, Owner, Proof
from core.desk import AgentDeleted, AgentEdited, AgentMessage, Command, PostCard, PostEphemeral, PostMark, PostNote
from core.errors import Outcome, SendError
from core.orders import Buyer
from storage.desk.tables import audit, cases, desk_messages
from storage.engine.store import Store
from storage.people.tables import conversations
from storage.queues.tables import inbox, leases
from tests.fakes import PHONE, PLACE
from tests.hub.house import ANNA, BEN, GUEST, SMS, House
from tests.storage.orders_sample import saved_order


@pytest.fixture
def house(store: Store) -> House:
    """A house with a case whose thread is there, and nothing waiting to be sent."""
    house = House(store)
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    return house


def case(house: House) -> tuple[str, str | None, str]:
    """(state, agent, owner of the conversation)."""
    row = house.row(cases)
    return row.state, row.claimed_by, house.row(conversations).owner


# --- answering


def test_the_first_answer_claims_the_case_and_goes_out(house: House) -> None:
    message = house.writes("Hello Jane, how can I help?")
    assert case(house) == (CaseState.CLAIMED, ANNA, Owner.AGENT)
    joined, answer = house.texts()
    assert "Anna" in joined
    assert answer == "Hello Jane, how can I help?"
    assert house.posts() == [PostMark(house.row(cases).id, message, "white_check_mark")]
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
    house.writes("she sounds upset", user, note=True)
    assert house.texts() == []
    assert case(house)[:2] == (CaseState.OPEN, None)
    assert house.kept() == [("she sounds upset", "note")]


def test_a_colleagues_answer_is_held_and_sent_on_her_word(house: House) -> None:
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


def test_a_colleagues_answer_is_kept_as_a_note_on_her_word(house: House) -> None:
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


def test_a_guest_is_refused_with_a_word(house: House) -> None:
    house.writes("hi from outside", GUEST)
    house.presses("case_resolve", GUEST)
    assert case(house)[:2] == (CaseState.OPEN, None)
    assert house.texts() == []
    assert {post.user for post in house.desk.posts if isinstance(post, PostEphemeral)} == {GUEST}
    assert house.kept() == []


def test_a_list_of_agents_narrows_who_may_act(store: Store) -> None:
    house = House(store, roles={BEN: frozenset({"agent"})})
    house.hear("agent")
    house.texts()
    house.writes("Hello", ANNA)
    assert house.row(cases).claimed_by is None
    house.writes("Hello", BEN)
    assert house.row(cases).claimed_by == BEN


def test_a_thread_that_is_no_case_is_none_of_our_business(house: House) -> None:
    house.writes("lunch?", thread="999.9")
    assert house.texts() == []
    assert house.kept() == []


def test_two_answers_at_once_make_one_owner(house: House) -> None:
    thread, now = house.row(cases).thread, house.clock()
    house.act(
        AgentMessage("e1", PLACE, thread, "1.1", ANNA, "Hello", now),
        AgentMessage("e2", PLACE, thread, "1.2", BEN, "Hi", now),
    )
    assert case(house)[1] == ANNA
    assert house.texts()[1:] == ["Hello"]
    assert sorted(house.kept()) == [("Hello", "sent"), ("Hi", "held")]
    assert house.rows(leases) == []


# --- buttons


def test_claim_takes_the_case_and_introduces_the_agent(house: House) -> None:
    house.presses("case_claim")
    assert case(house) == (CaseState.CLAIMED, ANNA, Owner.AGENT)
    assert "Anna" in house.texts()[0]
    house.presses("case_claim", BEN)
    assert "Anna" in house.ephemerals()[0].text
    house.presses("case_claim")
    assert house.ephemerals() == []
    assert house.texts() == []


def test_resolve_tells_the_customer_and_frees_the_bot(house: House) -> None:
    house.writes("Done!")
    house.texts()
    house.presses("case_resolve")
    (goodbye,) = house.texts()
    assert "Anna has left" in goodbye
    assert case(house) == (CaseState.RESOLVED, ANNA, Owner.BOT)
    assert house.row(conversations).case_id is None
    house.hear("menu")
    assert len(house.texts()) == 1
    house.presses("case_resolve")
    assert "already" in house.ephemerals()[0].text


def test_back_to_the_bot_says_so(house: House) -> None:
    house.presses("case_to_bot")
    (text,) = house.texts()
    assert "left the chat" not in text
    assert case(house)[::2] == (CaseState.RESOLVED, Owner.BOT)


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


def test_reopen_gives_the_conversation_back_to_people(house: House) -> None:
    house.writes("Done!")
    house.presses("case_resolve")
    house.presses("case_reopen", BEN)
    assert case(house) == (CaseState.OPEN, None, Owner.AGENT)
    house.texts()
    house.writes("one more thing", BEN)
    assert house.texts()[1:] == ["one more thing"]
    house.desk.posts.clear()
    house.presses("case_reopen")
    assert "open" in house.ephemerals()[0].text


def test_a_case_is_not_reopened_beside_a_newer_one(house: House) -> None:
    first = house.row(cases).id
    house.presses("case_resolve")
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    pressed = d.Pressed("re", PLACE, house.rows(cases)[0].thread, "x", ANNA, "case_reopen", first, house.clock())
    house.act(pressed)
    assert "another open case" in house.ephemerals()[0].text
    assert [row.state for row in house.rows(cases)] == ["resolved", "open"]


# --- second thoughts


def test_an_edit_after_sending_is_answered_with_advice(house: House) -> None:
    message, thread = house.writes("your parcell"), house.row(cases).thread
    house.texts()
    house.desk.posts.clear()
    house.act(AgentEdited("ed", PLACE, thread, message, ANNA, "your parcel", house.clock()))
    assert "first version" in house.ephemerals()[0].text
    assert house.texts() == []
    note = house.writes("note to self", note=True)
    house.act(AgentEdited("ed2", PLACE, thread, note, ANNA, "note", house.clock()))
    assert house.ephemerals() == []


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


# --- the queue, the card


def test_the_queue_lists_what_is_open(house: House) -> None:
    house.hear("agent", SMS)
    house.writes("Hello", thread=house.rows(cases)[0].thread)
    house.texts()
    house.desk.posts.clear()
    house.act(Command("c1", PLACE, BEN, "queue", house.clock()), Command("c2", PLACE, BEN, "", house.clock()))
    queue, advice = house.ephemerals()
    first, second = queue.text.splitlines()
    assert "#1" in first
    assert "with Anna" in first
    assert "#2" in second
    assert "waiting" in second
    assert "/desk queue" in advice.text
    house.act(Command("c3", PLACE, GUEST, "queue", house.clock()))
    assert "#1" not in house.ephemerals()[0].text


def test_an_empty_queue_is_good_news(store: Store) -> None:
    house = House(store)
    house.act(Command("c1", PLACE, ANNA, " Queue ", house.clock()))
    (ephemeral,) = house.ephemerals()
    assert "No open cases" in ephemeral.text
    assert (ephemeral.user, ephemeral.thread) == (ANNA, "")


def test_the_card_is_drawn_afresh_and_hides_contact_data(store: Store) -> None:
    house = House(store)
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE, locale="en", tier="vip"))
    house.hear("agent")
    house.texts()
    house.presses("case_claim")
    house.send()
    view = [view for post, view in zip(house.desk.posts, house.desk.views, strict=True) if isinstance(post, PostCard)][
        -1
    ]
    assert view is not None
    assert (view.state, view.claimed_by, view.customer, view.tier) == (CaseState.CLAIMED, ANNA, "Jane Doe", "vip")
    assert PHONE not in str(view)
    assert view.proof is Proof.CONTACT
    assert view.order is not None
    assert view.order.number == "1001"
    assert [turn.author for turn in view.turns] == ["customer", "bot", "bot"]
    assert view.window_closes_at is not None


# --- delivery and faults


def test_an_answer_that_fails_is_told_in_the_thread(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.desk.posts.clear()
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131009"))
    message = house.writes("Hello")
    case_id = house.row(cases).id
    mark, note = house.posts()
    assert mark == PostMark(case_id, message, "x")
    assert isinstance(note, PostNote)
    assert "131009" in note.text


def test_an_answer_after_the_window_closed_fails_loud(house: House) -> None:
    house.presses("case_claim")
    house.texts()
    house.desk.posts.clear()
    house.later(hours=25)
    house.writes("Sorry for the wait")
    assert house.texts() == []
    (row,) = (row for row in house.messages() if row.speaker == "agent")
    assert (row.state, row.code) == ("cancelled", "window_closed")
    assert any(isinstance(post, PostNote) and "window" in post.text for post in house.desk.posts)


def test_a_person_may_answer_longer_where_the_channel_says_so(store: Store) -> None:
    house = House(store)
    house.hear("agent", Address("messenger", "main", "24601"))
    house.texts("messenger")
    house.later(hours=25)
    house.writes("Sorry for the wait")
    house.send()
    last = house.channels["messenger"].sent[-1]
    assert (last.text, last.part.payload["late"]) == ("Sorry for the wait", True)


def test_an_agent_who_cannot_be_looked_up_is_tried_again(house: House) -> None:
    house.writes("Hello", "UNEW")
    (row,) = (row for row in house.rows(inbox) if row.lane == "desk")
    assert (row.state, row.attempts) == (0, 0)  # Slack may be away for long: no attempt is burned
    house.desk.users["UNEW"] = d.DeskUser("UNEW", "Nina", True)
    house.later(minutes=1)
    house.drain()
    assert house.row(cases).claimed_by == "UNEW"


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
