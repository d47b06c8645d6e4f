"""Tests what customers do without saying anything."""

from datetime import timedelta
from typing import Any

import pytest

from core.content.rendering import PAGE
from core.desk.glances import QuoteGlance
from core.desk.posts import PostCustomer
from core.messages.inbound import (
    Answered,
    Deleted,
    Edited,
    InboundMessage,
    Moved,
    Preference,
    Reacted,
    Unsupported,
)
from core.messages.outbound import Option, OutboundMessage
from core.messages.pieces import Attachment, Choice, Profile, Referral
from core.people.addresses import Address
from core.people.consent import MARKETING, SERVICE
from core.people.conversations import Owner
from hub import arrivals
from hub.conversation.hearing.coalesce import ALBUM
from hub.conversation.turn import Turn
from storage.conversations import conversations as conversations_stored
from storage.desk.tables import cases
from storage.media.tables import media
from storage.people import consents
from storage.people.tables import addresses, conversations, messages
from storage.queues.tables import inbox
from tests.hub.house import TELEGRAM, WHATSAPP, House


def happens(house: House, event: Any) -> None:
    house.accept(event)
    house.drain()


def test_an_edit_changes_the_timeline_and_makes_no_turn(house: House) -> None:
    said = house.hear("order 1003")
    before = house.texts()
    happens(house, Edited(house.fresh("e"), WHATSAPP, house.clock(), said, "order 1002"))
    assert before
    assert house.texts() == []
    (line,) = [row for row in house.rows(messages) if row.external_id == said]
    assert (line.text, line.edited_at) == ("order 1002", house.clock())


def test_what_is_taken_back_is_not_kept(house: House) -> None:
    said = house.hear("my card is 4111")
    house.texts()
    happens(house, Deleted(house.fresh("d"), WHATSAPP, house.clock(), said))
    (line,) = [row for row in house.rows(messages) if row.external_id == said]
    assert (line.text, line.deleted_at) == ("", house.clock())
    assert house.texts() == []


def test_a_reaction_is_no_question(house: House) -> None:
    house.hear("hello")
    house.texts()
    happens(house, Reacted(house.fresh("x"), WHATSAPP, house.clock(), "wamid.1", "👍"))
    happens(house, Reacted(house.fresh("x"), WHATSAPP, house.clock(), "wamid.1"))
    assert house.texts() == []
    assert [row.attachments for row in house.rows(messages)][-2:] == ["reaction", "reaction_removed"]


def test_the_agent_hears_of_changes(house: House) -> None:
    house.hear("agent")
    said = house.hear("my boots are borken")
    house.posts()
    case_id = house.row(cases).id
    happens(house, Edited(house.fresh("e"), WHATSAPP, house.clock(), said, "my boots are broken"))
    happens(house, Reacted(house.fresh("x"), WHATSAPP, house.clock(), "wamid.1", "🙏"))
    happens(house, Deleted(house.fresh("d"), WHATSAPP, house.clock(), said))
    assert house.posts() == [
        PostCustomer(case_id, "my boots are broken", change="edited"),
        PostCustomer(case_id, "🙏", change="reaction", quoted=QuoteGlance()),
        PostCustomer(case_id, "", change="deleted"),
    ]


def test_marketing_stopped_in_the_app_stops_marketing_only(house: House) -> None:
    happens(house, Preference(house.fresh("p"), WHATSAPP, house.clock(), "marketing", False, "user_preferences"))
    assert house.consents() == [("whatsapp", MARKETING, False, "user_preferences")]
    assert house.texts() == []


def test_a_block_ends_the_address_until_it_is_lifted(house: House) -> None:
    house.hear("hello", TELEGRAM)
    happens(house, Preference(house.fresh("p"), TELEGRAM, house.clock(), "all", False, "blocked"))
    assert house.consents() == [("telegram", SERVICE, False, "blocked"), ("telegram", MARKETING, False, "blocked")]
    assert [row.dead_at for row in house.rows(addresses)] == [house.clock()]
    house.later(hours=1)
    happens(house, Preference(house.fresh("p"), TELEGRAM, house.clock(), "all", True, "unblocked"))
    assert house.consents()[2:] == [("telegram", SERVICE, True, "unblocked")]
    assert [row.dead_at for row in house.rows(addresses)] == [None]


def test_whoever_writes_is_reached_again_even_in_the_same_second(house: House) -> None:
    house.hear("hello")
    happens(house, Preference(house.fresh("p"), WHATSAPP, house.clock(), "all", False, "blocked"))
    assert [row.dead_at for row in house.rows(addresses)] == [house.clock()]
    house.hear("hello again")
    assert [row.dead_at for row in house.rows(addresses)] == [None]


def test_lifting_a_block_takes_back_no_stop(house: House) -> None:
    house.hear("STOP", TELEGRAM)
    happens(house, Preference(house.fresh("p"), TELEGRAM, house.clock(), "all", True, "unblocked"))
    assert [granted for _, _, granted, _ in house.consents()] == [False, False]


def test_somebody_else_at_the_same_number_has_proved_nothing(house: House) -> None:
    house.hear("hello")
    happens(house, Moved(house.fresh("m"), WHATSAPP, house.clock(), "identity_changed"))
    assert house.row(conversations).grants == "[]"


def test_after_a_person_s_answer_elsewhere_the_bot_is_silent(house: House) -> None:
    house.hear("hello")
    house.texts()
    happens(house, Answered(house.fresh("a"), WHATSAPP, house.clock(), "Hi Jane, Tom here"))
    house.hear("where is my order?")
    assert house.texts() == []
    assert house.row(conversations).owner == Owner.AGENT
    assert house.row(cases).reason == "answered_elsewhere"
    house.presses("case_to_bot")
    house.texts()
    house.hear("menu")
    assert house.texts()


def test_what_another_app_answers_is_read_only(house: House) -> None:
    house.hear("hello", standby=True)
    assert house.texts() == []
    assert [row.text for row in house.rows(messages)] == ["hello"]


def test_an_album_gets_one_answer(house: House) -> None:
    for n in range(3):
        photo = Attachment("image", f"photo{n}")
        house.say("", TELEGRAM, attachments=(photo,), album="a1", external_id=f"u{n}", message_id=f"{n}")
        house.drain()
    assert house.texts("telegram") == []
    house.later(seconds=ALBUM / timedelta(seconds=1) + 1)
    house.drain()
    (answer,) = [text for text in house.texts("telegram") if "pictures" in text]
    assert answer
    assert [row.attachments for row in house.rows(messages) if row.direction == "in"] == ["image,image,image"]


def test_a_link_may_open_a_flow(house: House) -> None:
    house.hear("/start", TELEGRAM, choice=Choice("start:returns"), referral=Referral("link", "returns"))
    assert "order number" in house.texts("telegram")[0]
    house.hear("/start", TELEGRAM, choice=Choice("start:spring-sale"))
    assert house.texts("telegram")


def test_opening_the_chat_is_greeted(house: House) -> None:
    house.hear("", referral=Referral("get_started"))
    assert "assistant" in house.texts()[0]


def test_an_order_in_the_chat_goes_to_a_person_who_sees_it(house: House) -> None:
    basket = {"lines": [{"product": "BOOT-42", "quantity": 2, "unit_price": "129.80", "currency": "USD"}]}
    house.hear("", attachments=(Attachment("order", data=basket),))
    case = house.row(cases)
    assert case.reason == "order_request"
    assert "2 × BOOT-42 (129.80 USD)" in case.summary
    assert house.rows(messages)[0].text == "🛒 2 × BOOT-42 (129.80 USD)"


def test_what_nobody_can_read_is_answered(house: House) -> None:
    happens(house, Unsupported("u1", WHATSAPP, house.clock(), "poll", {}, answerable=True))
    assert "can't open" in house.texts()[0]


def test_their_message_is_marked_as_read_with_the_first_answer(house: House) -> None:
    said = house.hear("hello")
    payloads = [row.payload for row in house.messages()]
    assert f'"seen":"{said}"' in payloads[0]
    assert not any('"seen"' in payload for payload in payloads[1:])


def test_a_page_of_a_menu_leads_to_the_next(house: House) -> None:
    house.hear("hello")
    house.texts()
    conversation = house.row(conversations)
    options = tuple(Option(f"pick.{n}", f"Choice {n}") for n in range(30))
    say(house, OutboundMessage("Which one?", options, more_title="More…", menu_title="Choose"))
    house.texts()
    house.hear("", choice=Choice(f"{PAGE}1", "More…"))
    sent = [row for row in house.messages() if '"page":1' in row.payload]
    assert len(sent) == 1
    assert sent[0].key == conversation.key


def say(house: House, message: OutboundMessage) -> None:
    with house.store.read() as conn:
        conversation = conversations_stored.by_keys(conn, [WHATSAPP.key])[WHATSAPP.key]
    turn = Turn(house.hub, conversation, house.clock())
    turn.say(message)
    with house.store.write() as conn:
        turn.batch.apply(conn, house.store)


def test_a_message_of_a_known_address_goes_to_its_conversation(house: House) -> None:
    hidden = Address("whatsapp", "main", "US.13491208655302741918")
    house.hear("hello", profile=Profile("Jane", aliases=(hidden,)))
    house.accept(InboundMessage("w2", hidden, house.clock(), "where is my order?", profile=Profile("Jane")))
    house.drain()
    house.drain()
    assert [row.key for row in house.rows(conversations)] == [WHATSAPP.key]
    assert [row.text for row in house.rows(messages) if row.direction == "in"] == ["hello", "where is my order?"]


def test_a_stop_outlives_a_block_and_its_end(house: House) -> None:
    house.hear("STOP", TELEGRAM)
    for source, granted in (("blocked", False), ("unblocked", True)):
        happens(house, Preference(house.fresh("p"), TELEGRAM, house.clock(), "all", granted, source))
    with house.store.read() as conn:
        state = consents.state(conn, {("telegram", "42")})
    assert state["telegram", "42", SERVICE] == (False, "keyword")


def test_what_is_no_message_opens_no_window(house: House) -> None:
    happens(house, Preference(house.fresh("p"), WHATSAPP, house.clock(), "marketing", False, "user_preferences"))
    happens(house, Reacted(house.fresh("x"), WHATSAPP, house.clock(), "wamid.1", "👍"))
    assert house.row(conversations).last_inbound_at is None


def test_a_list_that_tells_less_makes_no_second_message(house: House) -> None:
    house.hear("", WHATSAPP, external_id="SM1", attachments=(Attachment("location", data={"name": "Home"}),))
    house.texts()
    poor = Unsupported("SM1", WHATSAPP, house.clock(), "empty", {}, answerable=True)
    assert arrivals.customer_arrival(poor, house.clock(), 1).external_id == "i:SM1"


def test_a_page_with_a_strange_number_is_no_page(house: House) -> None:
    house.hear("hello")
    house.texts()
    house.hear("", choice=Choice(f"{PAGE}²"))
    assert house.texts() == []
    assert {row.state for row in house.rows(inbox)} == {1}


def test_a_file_that_replaced_another_is_fetched(house: House) -> None:
    said = house.hear("", TELEGRAM, attachments=(Attachment("image", "first"),), message_id="7")
    assert said
    photo = (Attachment("image", "first"), Attachment("image", "second"))
    happens(house, Edited(house.fresh("e"), TELEGRAM, house.clock(), "7", "better light", photo))
    assert [row.ref for row in house.rows(media)] == ["first", "second"]


@pytest.mark.parametrize("told_again", [True, False])  # Telegram repeats the file, WhatsApp tells the words alone
def test_other_words_under_a_file_leave_the_file(house: House, told_again: bool) -> None:
    label = Attachment("document", "doc-1", "application/pdf", filename="label.pdf")
    house.hear("agent")
    house.hear("Hello world", attachments=(label,), message_id="7")
    house.later(seconds=5)
    house.posts()
    happens(
        house,
        Edited(house.fresh("e"), WHATSAPP, house.clock(), "7", "Hello world, how are you?", (label,) * told_again),
    )
    assert house.posts() == [PostCustomer(house.row(cases).id, "Hello world, how are you?", change="edited")]
    assert [(row.ref, row.filename) for row in house.rows(media)] == [("doc-1", "label.pdf")]
    (line,) = [row for row in house.rows(messages) if row.text == "Hello world, how are you?"]
    assert line.attachments == "document"
