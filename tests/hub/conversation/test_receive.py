"""Tests a customer's messages: answered once, in order, by whoever owns the conversation."""

from datetime import timedelta

import msgspec
import pytest

from core.desk.posts import PostCustomer, PostNote
from core.messages.inbound import Unsupported
from core.messages.outbound import decode_message
from core.messages.pieces import Attachment, Choice, Profile
from core.people.addresses import Address
from core.people.consent import MARKETING, SERVICE
from core.people.conversations import Owner
from core.retries import RULES, Failure
from core.shop.orders import Buyer
from hub import arrivals, shards
from hub.conversation import receive
from hub.hub import Timing
from hub.shards import LeaseLostError
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.people.tables import conversations, customers, messages
from storage.queues import inbox, pending
from storage.queues.pending import Look
from storage.queues.tables import inbox as inbox_table
from storage.queues.tables import outbox
from tests.fakes import PHONE
from tests.hub.house import SMS, SOON, TELEGRAM, WHATSAPP, House
from tests.storage.orders_sample import saved_order

JANE = Buyer(id="c1", name="Jane Doe", email="jane@example.com", phone=PHONE, locale="en", timezone="America/New_York")


# --- answers


def test_a_question_is_answered_from_the_store(house: House) -> None:
    saved_order(house.store, JANE)
    house.hear("where is my order?")
    (answer,) = house.texts()
    assert "#1001" in answer
    assert "DHL" in answer
    assert [row.state for row in house.rows(inbox_table)] == [inbox.HANDLED]
    assert [(row.author, row.direction) for row in house.rows(messages)] == [("customer", "in"), ("bot", "out")]


def test_a_strangers_first_word_makes_customer_conversation_and_menu(house: House) -> None:
    house.hear("hello")
    conversation, customer = house.row(conversations), house.row(customers)
    assert (conversation.key, conversation.owner, conversation.last_inbound_at) == (WHATSAPP.key, "bot", house.clock())
    assert (customer.name, customer.phone, customer.locale) == ("Jane", PHONE, "en")
    assert decode_message(house.row(outbox).payload).options


def test_the_answer_knows_what_caused_it(house: House) -> None:
    house.hear("hello")
    assert house.row(outbox).cause_id == house.row(inbox_table).id


def test_the_same_webhook_twice_is_answered_once(house: House) -> None:
    for _ in range(2):
        house.hear("hello", external_id="wamid.1")
    assert len(house.texts()) == 1


@pytest.mark.parametrize("later", [0, 2])
@pytest.mark.parametrize("apart", [True, False])
def test_two_taps_on_one_button_are_answered_once(house: House, later: float, apart: bool) -> None:
    saved_order(house.store, JANE)
    house.hear("hello")
    house.texts()
    button = decode_message(house.row(outbox).payload).options[0]
    for wait in (0, later):
        house.say("", choice=Choice(button.id, button.title), sent_at=house.later(seconds=wait))
        if apart:
            house.drain()
    house.later(minutes=1)
    house.drain()
    (answer,) = house.texts()
    assert "#1001" in answer


@pytest.mark.parametrize("apart", [True, False])
def test_a_second_tap_for_a_person_is_no_word_to_the_person(house: House, apart: bool) -> None:
    house.hear("hello")
    house.texts()
    button = next(each for each in decode_message(house.row(outbox).payload).options if "person" in each.title)
    for _ in range(2):
        house.say("", choice=Choice(button.id, button.title))
        if apart:
            house.drain()
    house.drain()
    assert len(house.rows(cases)) == 1
    assert not [post for post in house.posts() if isinstance(post, PostCustomer)]


def test_messages_are_read_in_the_order_they_were_sent(house: House) -> None:
    house.say("second", sent_at=house.clock())
    house.say("first", sent_at=house.clock() - SOON)
    house.drain()
    assert [row.text for row in house.rows(messages) if row.author == "customer"] == ["first", "second"]


def test_a_message_from_the_future_opens_the_window_only_now(house: House) -> None:
    house.hear("hello", sent_at=house.clock() + SOON)
    assert house.row(conversations).last_inbound_at == house.clock()


def test_a_pressed_button_is_acknowledged_once_where_the_channel_waits_for_it(house: House) -> None:
    house.hear("", TELEGRAM, choice=Choice("x", "Old button"), callback="cb1")
    sent = house.send()
    assert [result.part.part.call for result in sent].count("callback") == 1


def test_several_strangers_in_one_group_are_several_people(house: House) -> None:
    for n in range(4):
        house.say("hello", msgspec.structs.replace(TELEGRAM, value=str(n)))
    house.drain()
    assert len(house.rows(customers)) == 4
    assert len(house.texts("telegram")) == 4


def test_words_that_a_database_cannot_keep_are_answered_all_the_same(house: House) -> None:
    house.hear("where is\x00 my order \\u0000 ?\x00\x00")
    assert [row.text for row in house.rows(messages) if row.author == "customer"] == ["where is my order \\u0000 ?"]
    assert house.texts()


def test_a_very_long_name_stops_nobody(house: House) -> None:
    house.say("hello", profile=Profile("J" * 500))
    house.say("hello", SMS, profile=Profile("J" * 500))
    house.drain()
    assert len(house.texts()) == len(house.texts("sms")) == 1


def test_something_unreadable_that_deserves_a_word_gets_one(house: House) -> None:
    house.accept(Unsupported("poll-1", WHATSAPP, house.clock(), "poll", {"a": 1}, answerable=True))
    house.accept(Unsupported("reaction-1", WHATSAPP, house.clock(), "reaction", {"a": 1}))
    house.drain()
    assert "can't open" in house.texts()[0]
    assert [row.attachments for row in house.rows(messages) if row.author == "customer"] == ["poll"]
    assert [(row.state, row.error) for row in house.rows(inbox_table)] == [
        (inbox.HANDLED, "unsupported: poll"),
        (inbox.HANDLED, "unsupported: reaction"),
    ]
    house.hear("menu")
    assert len(house.texts()) == 1


@pytest.mark.parametrize("age", [timedelta(hours=30), timedelta(days=5)])
def test_what_comes_after_its_window_has_closed_is_read_and_not_answered(house: House, age: timedelta) -> None:
    house.hear("where are you?", sent_at=house.clock() - age)
    assert house.texts() == []
    assert house.row(inbox_table).state == inbox.HANDLED
    assert [(row.state, row.code) for row in house.messages()] == [("cancelled", "window_closed")]
    house.hear("menu")
    assert house.texts()


@pytest.mark.parametrize("length", [4094, 65536])
def test_a_long_message_reaches_the_agent_whole(house: House, length: int) -> None:
    text = ("words of a customer " * length)[:length]
    house.hear("agent")
    house.posts()
    house.hear(text)
    assert house.posts() == [PostCustomer(house.row(cases).id, text)]


# --- several at once


def test_each_message_stands_alone_unless_joining_is_wanted(house: House) -> None:
    house.say("hello")
    house.say("where is my order?")
    house.drain()
    assert len(house.texts()) == 2


def test_what_comes_within_seconds_is_read_as_one(store: Store) -> None:
    house = House(store, timing=Timing(join_seconds=5))
    saved_order(store, JANE)
    house.say("hi, I wonder", sent_at=house.clock() - 3 * SOON)
    house.say("where is my order?", sent_at=house.clock() - 2 * SOON)
    house.say("STOP", sent_at=house.clock() - SOON)
    house.drain()
    answer, stopped = house.texts()
    assert "#1001" in answer
    assert "START" in stopped


def test_what_comes_later_is_another_turn(store: Store) -> None:
    house = House(store, timing=Timing(join_seconds=5))
    house.say("hello", sent_at=house.clock() - 20 * SOON)
    house.say("thanks")
    house.drain()
    assert len(house.texts()) == 2


# --- consent


@pytest.mark.parametrize("word", ["STOP", "stop.", "退订"])
def test_a_stop_is_recorded_and_confirmed(house: House, word: str) -> None:
    house.hear(word)
    assert house.consents() == [("whatsapp", SERVICE, False, "keyword"), ("whatsapp", MARKETING, False, "keyword")]
    (confirmed,) = house.texts()
    assert "START" in confirmed


@pytest.mark.parametrize(
    ("word", "answers"),
    [
        *((word, 0) for word in ("STOP", "Unsubscribe", "REVOKE", "OPTOUT", "CANCEL", "End")),
        *((word, 1) for word in ("stop.", "opt out", "Opt  Out!", "退订")),
    ],
)
def test_a_word_that_the_carrier_answers_is_not_answered_again(house: House, word: str, answers: int) -> None:
    house.hear(word, SMS)
    assert house.consents() == [("sms", SERVICE, False, "keyword"), ("sms", MARKETING, False, "keyword")]
    assert len(house.texts("sms")) == answers


@pytest.mark.parametrize(
    "text", ["cancel my order", "stop by the shop?", "please revoke it", "how do I opt out of gifts?"]
)
def test_a_sentence_with_such_a_word_is_no_stop(house: House, text: str) -> None:
    house.hear(text, SMS)
    assert house.consents() == []
    assert len(house.texts("sms")) == 1


def test_elsewhere_cancel_answers_a_question(house: House) -> None:
    house.hear("cancel")
    assert house.consents() == []


def test_what_the_provider_took_for_a_stop_is_one(house: House) -> None:
    house.hear("please no more", SMS, consent_word="stop")
    assert house.consents()[0] == ("sms", SERVICE, False, "keyword")
    assert house.texts("sms") == []


def test_start_takes_back_a_stop_but_invents_no_marketing(house: House) -> None:
    house.hear("STOP")
    house.hear("START")
    assert house.consents()[2:] == [("whatsapp", SERVICE, True, "keyword")]
    assert len(house.texts()) == 2


def test_help_changes_nothing(house: House) -> None:
    house.hear("帮助", SMS)
    assert house.consents() == []
    (text,) = house.texts("sms")
    assert "STOP" in text
    house.hear("HELP", SMS)
    assert house.texts("sms") == []


def test_a_stop_in_the_middle_of_a_question_leaves_the_question(house: House) -> None:
    house.hear("where is my order?")
    before = house.row(conversations).session
    house.hear("STOP")
    assert house.row(conversations).session == before


# --- agents


def test_a_handoff_opens_a_case_once(house: House) -> None:
    house.hear("agent")
    house.hear("are you there?")
    case, conversation = house.row(cases), house.row(conversations)
    assert (case.reason, case.conversation_id, case.state) == ("asked_human", conversation.id, "open")
    assert (conversation.owner, conversation.case_id) == (Owner.AGENT, case.id)
    assert len(house.texts()) == 1
    assert house.row(cases).thread


def test_what_they_say_to_an_agent_goes_to_the_desk(house: House) -> None:
    house.hear("agent")
    house.texts()
    house.hear("my boots are broken")
    house.hear("", attachments=(Attachment("image", "media-1", caption="look"),))
    case_id = house.row(cases).id
    assert house.posts() == [PostCustomer(case_id, "my boots are broken")]
    house.later(seconds=5)  # the file has had its time to be fetched
    (second,) = house.posts()
    assert (second.text, second.attachments, len(second.files)) == ("look", ("image",), 1)
    assert house.texts() == []
    assert house.desk.roots[-1] == house.row(cases).thread


def test_without_a_desk_the_bot_goes_on(store: Store) -> None:
    house = House(store, has_desk=False)
    house.hear("agent")
    house.hear("menu")
    assert house.row(conversations).owner == Owner.BOT
    assert len(house.texts()) == 2
    assert house.row(cases).state == "open"
    assert {row.lane for row in house.rows(outbox)} == {"message"}


def test_a_second_reason_is_added_to_the_open_case(store: Store) -> None:
    House(store, has_desk=False).hear("agent")
    house = House(store)
    house.hear("agent", external_id="again")
    assert house.row(cases).reason == "asked_human"
    assert [type(post) for post in house.posts()] == [PostNote]


# --- faults


def spoil(house: House, external_id: str) -> None:
    """Makes a kept message unreadable, as a bug or an older version might."""
    with house.store.write() as conn:
        conn.execute(
            inbox_table.update().where(inbox_table.c.external_id == f"i:{external_id}").values(payload='{"type":"?"}')
        )


def states(house: House) -> dict[str, int]:
    return {row.external_id.removeprefix("i:"): row.state for row in house.rows(inbox_table)}


def test_a_message_that_cannot_be_handled_takes_no_other_with_it(house: House) -> None:
    for n in range(4):
        house.say("hello", msgspec.structs.replace(TELEGRAM, value=str(n)), external_id=f"m{n}")
    spoil(house, "m1")
    house.drain()
    assert states(house) == {"m0": 1, "m1": 0, "m2": 1, "m3": 1}
    assert len(house.texts("telegram")) == 3
    for _ in range(RULES[Failure.ITEM].tries):
        house.later(minutes=1)
        house.drain()
    assert states(house) == {"m0": 1, "m1": inbox.DEAD, "m2": 1, "m3": 1}
    (dead,) = (row for row in house.rows(inbox_table) if row.state == inbox.DEAD)
    assert (dead.attempts, bool(dead.error)) == (RULES[Failure.ITEM].tries, True)


def test_a_failure_waits_before_the_next_try(house: House) -> None:
    spoil(house, house.say("hello"))
    house.drain()
    house.drain()
    assert house.row(inbox_table).attempts == 1


def test_a_bad_message_does_not_take_its_own_conversation_with_it(house: House) -> None:
    for name in ("before", "bad", "after"):
        house.say("hello", external_id=name)
    spoil(house, "bad")
    for _ in range(RULES[Failure.ITEM].tries + 1):
        house.drain()
        house.later(minutes=1)
    assert states(house) == {"before": 1, "bad": inbox.DEAD, "after": 1}
    assert [row.external_id for row in house.rows(messages) if row.author == "customer"] == ["before", "after"]


def test_a_turn_whose_shard_went_to_another_writes_nothing(house: House) -> None:
    house.say("hello")
    slow = shards.renew(house.hub, "slow")
    with house.store.read() as conn:
        claimed = pending.by_key(
            Look({inbox.CONVERSATION: 50}).take(conn, slow.shards, house.clock())[inbox.CONVERSATION]
        )
    house.later(seconds=5)
    house.drain()  # the next worker answers
    assert len(house.texts()) == 1
    with pytest.raises(LeaseLostError):
        receive.handle(house.hub, slow, claimed)
    assert house.texts() == []
    assert states(house) == {"in-1": inbox.HANDLED}


def test_a_worker_without_the_shard_leaves_it_alone(house: House) -> None:
    house.say("hello")
    shards.renew(house.hub, "other")
    assert house.drain() == 0
    house.later(seconds=5)
    assert house.drain() == 1


def test_the_sender_is_woken_when_there_is_something_to_say(house: House) -> None:
    assert house.waker.calls == []
    house.hear("hello")
    assert "outbox" in house.waker.calls


def test_what_nobody_can_read_now_is_kept_for_replay(house: House) -> None:
    house.keep(arrivals.kept_arrival("whatsapp", "main", "h:1", "{broken", "not JSON", house.clock()))
    assert house.drain() == 0
    assert (house.row(inbox_table).state, house.row(inbox_table).payload) == (inbox.DEAD, "{broken")


@pytest.mark.parametrize("text", ["Your code is 4711. Do not reply.", "STOP", "where is my order?", "agent"])
def test_a_sender_nobody_can_answer_is_read_and_never_answered(house: House, text: str) -> None:
    house.hear(text, Address("sms", "main", "PARCELCO"), one_way=True)
    assert house.texts("sms") == []
    assert house.posts() == []
    assert (house.rows(cases), house.consents()) == ([], [])
    assert [row.text for row in house.rows(messages)] == [text]
