"""Tests whose an address is: the conversation it belongs to, and what is left when another person has it."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from core.messages.inbound import Moved
from core.people.addresses import Address
from core.people.conversations import Grant, Proof
from core.ports.calls import Sent
from core.shop.orders import Buyer
from hub.conversation import receive
from hub.conversation.reply import take_turn
from storage.conversations.conversations import Conversation
from storage.desk.tables import audit
from storage.engine.batch import Batch
from storage.people import addresses
from storage.people.tables import addresses as addresses_table
from storage.people.tables import conversations as conversations_table
from storage.queues import inbox, pending
from storage.queues.tables import inbox as inbox_table
from storage.shop.tables import orders as orders_table
from tests.fakes import PHONE
from tests.hub.house import SMS, TELEGRAM, WHATSAPP, House
from tests.hub.people import ASKS, HIDDEN, JANE, NEW, NEW_PHONE, OTHER_ID, conversation, home, knows_as, moves, said
from tests.storage.orders_sample import saved_order

PARENT = msgspec.structs.replace(HIDDEN, value="US.ENT.77")

# --- spellings


def test_another_spelling_of_a_number_is_the_same_conversation_answered_as_before(house: House) -> None:
    written = Address("whatsapp", "main", "+525512345678")
    house.hear("hello", written)
    house.hear("hello again", msgspec.structs.replace(written, value="+5215512345678"))
    assert [row.value for row in house.rows(conversations_table)] == [written.value]
    assert {row.value for row in house.messages()} == {written.value}


def test_a_number_is_proved_in_whatever_spelling_the_store_and_the_channel_have(house: House) -> None:
    saved_order(house.store, msgspec.structs.replace(JANE, phone="+55 11 98765-4321"))
    house.hear(ASKS, Address("whatsapp", "main", "+551187654321"))
    assert "DHL" in house.texts()[0]
    assert [row.phone for row in house.rows(orders_table)] == ["+5511987654321"]


# --- homes


@pytest.mark.parametrize("reason", ["migrated", "number_changed"])
def test_who_moved_to_another_customers_number_is_heard_by_their_other_addresses(house: House, reason: str) -> None:
    jane = saved_order(house.store, JANE)
    saved_order(house.store, Buyer(id="c2", name="John", phone=NEW_PHONE), number="1002")
    house.hear("hello", NEW)
    house.hear("hello", profile=knows_as(HIDDEN))
    moves(house, reason=reason)
    house.hear("me again", HIDDEN)
    house.hear("somebody else", TELEGRAM)
    assert {row.state for row in house.rows(inbox_table)} == {inbox.HANDLED}
    hidden = conversation(house, HIDDEN)
    assert said(house)[hidden.id] == ["me again"]
    assert (hidden.customer_id == jane, hidden.in_use) == (reason == "migrated", True)


def test_addresses_of_a_conversation_that_was_left_with_the_old_number_have_their_own(house: House) -> None:
    other = msgspec.structs.replace(SMS, value="a name for the number")
    house.hear("hello", SMS, profile=knows_as(other))
    house.hear("hello")
    moves(house)
    assert home(house, other) is None
    house.hear("me again", other)
    assert said(house)[conversation(house, other).id] == ["me again"]


def test_a_home_without_a_conversation_is_none_and_takes_no_group_along(house: House) -> None:
    house.hear("hello", profile=knows_as(HIDDEN))
    with house.store.write() as conn:
        gone = Address("whatsapp", "main", "+12025550150")
        conn.execute(addresses_table.update().where(addresses_table.c.key == HIDDEN.key).values(home=gone.key))
    house.say("sent elsewhere", HIDDEN)
    house.say("hello", TELEGRAM)
    with house.store.write() as conn:  # as if it had been handed to that home before
        waiting = [row.id for row in house.rows(inbox_table) if row.key == HIDDEN.key]
        pending.rekey(conn, waiting, gone.key, 1)
    house.drain()
    assert {row.state for row in house.rows(inbox_table)} == {inbox.HANDLED}
    assert all(row.attempts == 0 for row in house.rows(inbox_table))
    assert said(house)[conversation(house, HIDDEN).id] == ["sent elsewhere"]
    assert gone.key not in {row.key for row in house.rows(conversations_table)}
    assert home(house, HIDDEN) is None


# --- a number that somebody else has now


def grant_order(house: House) -> None:
    granted = [Grant(Proof.ORDER, "1001", house.clock() + timedelta(hours=1))]
    with house.store.write() as conn:
        conn.execute(conversations_table.update().values(grants=msgspec.json.encode(granted).decode()))


def test_another_id_behind_a_number_is_another_person_who_has_proved_nothing(house: House) -> None:
    house.hear("agent", profile=knows_as(HIDDEN, PARENT))
    grant_order(house)
    house.posts()
    house.hear("hello", profile=knows_as(OTHER_ID))
    now = conversation(house, WHATSAPP)
    assert (now.grants, now.session) == ((), "")
    assert next(getattr(post, "attachments", ()) for post in house.posts()) == ("identity_changed",)
    assert [(row.action, row.object) for row in house.rows(audit)] == [("identity_changed", f"conversation:{now.id}")]
    assert home(house, OTHER_ID) == WHATSAPP.key
    with house.store.read() as conn:
        assert addresses.by_keys(conn, [HIDDEN.key, PARENT.key]) == {}
    grant_order(house)
    house.hear("hello", profile=knows_as(OTHER_ID))
    assert len(conversation(house, WHATSAPP).grants) == 1


def test_the_first_words_of_another_person_are_heard_without_the_old_proofs(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.hear("hello", profile=knows_as(HIDDEN))
    grant_order(house)
    heard: list[Conversation] = []

    def watched(*given: Any, **more: Any) -> Batch:
        heard.append(given[1])
        return take_turn(*given, **more)

    monkeypatch.setattr(receive, "take_turn", watched)
    house.say("from before", profile=knows_as(HIDDEN))
    house.say("from now", profile=knows_as(OTHER_ID))
    house.drain()
    assert [(each.grants, each.session) for each in heard] == [((), "")]


@pytest.mark.parametrize(
    ("before", "told"),
    [((HIDDEN,), (HIDDEN, PARENT)), ((HIDDEN, PARENT), (OTHER_ID, PARENT)), ((PARENT,), (HIDDEN,)), ((), (HIDDEN,))],
)
def test_a_further_id_of_the_same_person_takes_nothing(
    house: House, before: tuple[Address, ...], told: tuple[Address, ...]
) -> None:
    house.hear("hello", profile=knows_as(*before))
    grant_order(house)
    house.hear("hello", profile=knows_as(*told))
    assert len(conversation(house, WHATSAPP).grants) == 1
    assert {home(house, each) for each in told} == {WHATSAPP.key}
    assert house.rows(audit) == []


def test_an_id_that_changed_by_the_channels_word_is_no_other_person(house: House) -> None:
    house.hear("hello", profile=knows_as(HIDDEN))
    grant_order(house)
    house.accept(Moved("m1", HIDDEN, house.clock(), "migrated", OTHER_ID))
    house.say("hello", profile=knows_as(OTHER_ID))
    house.drain()
    assert len(conversation(house, WHATSAPP).grants) == 1
    assert house.rows(audit) == []


def test_a_number_left_by_who_writes_hidden_is_taken_from_them(house: House) -> None:
    house.hear("hello", HIDDEN, profile=knows_as(WHATSAPP))
    assert conversation(house, HIDDEN).phone_number == PHONE
    house.say("still me", HIDDEN)
    house.say("who is this?", WHATSAPP, profile=knows_as(OTHER_ID))
    house.drain()
    assert conversation(house, HIDDEN).phone_number is None
    current = conversation(house, WHATSAPP)
    assert said(house) == {conversation(house, HIDDEN).id: ["hello", "still me"], current.id: ["who is this?"]}
    assert home(house, OTHER_ID) == WHATSAPP.key
    assert sorted(row.key for row in house.messages()) == [WHATSAPP.key, HIDDEN.key, HIDDEN.key]


def test_a_providers_answer_that_names_another_person_takes_the_proofs(house: House) -> None:
    house.hear("hello", profile=knows_as(HIDDEN))
    grant_order(house)
    house.channels["whatsapp"].script.append(Sent("wamid.1", aliases=(OTHER_ID,)))
    house.texts()
    assert conversation(house, WHATSAPP).grants == ()
    assert (home(house, OTHER_ID), len(house.rows(audit))) == (WHATSAPP.key, 1)
