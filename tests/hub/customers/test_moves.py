"""Tests that a customer moves with everything, and leaves nothing for whoever comes next."""

import json
from datetime import timedelta

import msgspec

from core.messages.inbound import Moved
from core.people.conversations import Grant, Proof
from core.ports.calls import Sent
from hub.customers.moves import move
from hub.notices.recipients import recipient_for
from storage.people import addresses, customers
from storage.people.tables import addresses as addresses_table
from storage.people.tables import conversations as conversations_table
from storage.shop.tables import orders as orders_table
from tests.fakes import PHONE
from tests.hub.house import SMS, SOON, TELEGRAM, WHATSAPP, House
from tests.hub.people import (
    ASKS,
    HIDDEN,
    JANE,
    NEW,
    NEW_PHONE,
    conversation,
    customer_of,
    home,
    knows_as,
    moves,
    said,
    shares_contact,
)
from tests.storage.orders_sample import saved_order


def test_a_change_of_number_takes_everything_along(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear(ASKS)  # not sent yet
    before = conversation(house, WHATSAPP)
    moves(house, aliases=(HIDDEN,))
    now = conversation(house, NEW)
    assert (now.id, now.customer_id, now.session, now.address) == (before.id, jane, before.session, NEW)
    assert [(row.key, row.value) for row in house.messages()] == [(NEW.key, NEW_PHONE)]
    assert home(house, HIDDEN) == NEW.key
    with house.store.read() as conn:
        assert addresses.by_keys(conn, [WHATSAPP.key]) == {}
        known = customers.by_id(conn, jane)
    assert known is not None
    assert known.phone == NEW_PHONE
    house.texts()
    house.hear(ASKS, NEW)
    assert "DHL" in house.texts()[0]


def test_whoever_gets_the_number_later_is_a_stranger(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear("hello", SMS)
    house.hear("hello")
    moves(house)
    house.texts(), house.texts("sms")
    for address in (WHATSAPP, SMS):
        house.hear(ASKS, address)
        assert customer_of(house, address) != jane
    assert not [text for text in house.texts() + house.texts("sms") if "DHL" in text]
    assert said(house)[conversation(house, NEW).id] == ["hello"]


def test_notices_follow_them_and_a_stop_does_too(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear("hello", SMS)
    house.hear("STOP", SMS)
    house.hear("hello")
    moves(house)
    with house.store.read() as conn:
        known = customers.by_id(conn, jane)
        assert known is not None
        reached = recipient_for(house.hub, conn, known, None)
    allowed = {(c.address.channel, c.address.value): [s.granted for s in c.consents] for c in reached.candidates}
    assert allowed == {("whatsapp", NEW_PHONE): [], ("sms", NEW_PHONE): [False, False]}


def test_the_store_goes_on_telling_the_old_number_in_vain(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear("hello")
    moves(house)
    house.hear("who are you?")  # somebody new has the old number
    assert saved_order(house.store, JANE) == jane
    stranger = customer_of(house, WHATSAPP)
    assert stranger != jane
    assert [(row.phone, json.loads(row.buyer)["phone"]) for row in house.rows(orders_table)] == [(NEW_PHONE, NEW_PHONE)]
    house.texts()
    house.hear(ASKS)
    assert "DHL" not in house.texts()[0]


def test_a_change_to_a_number_that_is_known_keeps_both_threads(house: House) -> None:
    jane = saved_order(house.store, JANE)
    house.hear("from the new phone", NEW)
    house.hear("from the old phone")
    old = conversation(house, WHATSAPP).id
    moves(house)
    current = conversation(house, NEW)
    assert customer_of(house, NEW) == jane
    assert said(house) == {old: ["from the old phone"], current.id: ["from the new phone"]}
    assert {row.customer_id for row in house.rows(conversations_table)} == {jane}
    assert {row.key for row in house.messages()} == {NEW.key}
    house.hear("I am new here")
    assert len({row.customer_id for row in house.rows(conversations_table)}) == 2


def test_what_came_before_the_change_and_waits_goes_along(house: House) -> None:
    house.hear("hello")
    house.say("one more thing", sent_at=house.clock())
    with house.store.write() as conn:
        event = Moved("m1", WHATSAPP, house.clock() + SOON, "number_changed", NEW)
        move(house.hub, conn, event, house.clock())
    house.drain()
    assert said(house) == {conversation(house, NEW).id: ["hello", "one more thing"]}


def test_a_change_of_the_hidden_id_alone_changes_no_number(house: House) -> None:
    house.hear("hello", profile=knows_as(HIDDEN))
    fresh = msgspec.structs.replace(HIDDEN, value="US.2000")
    moves(house, fresh, HIDDEN, reason="migrated")
    assert home(house, fresh) == WHATSAPP.key
    house.hear("still me", fresh)
    assert said(house) == {conversation(house, WHATSAPP).id: ["hello", "still me"]}
    with house.store.read() as conn:
        assert addresses.by_keys(conn, [HIDDEN.key]) == {}


def test_a_hidden_person_who_changes_their_number_keeps_no_proof_by_the_old_one(house: House) -> None:
    saved_order(house.store, JANE)
    house.hear("hello", HIDDEN, profile=knows_as(WHATSAPP))
    fresh = msgspec.structs.replace(HIDDEN, value="US.2000")
    moves(house, fresh, HIDDEN)
    assert conversation(house, fresh).phone_number is None
    assert [row.phone for row in house.rows(orders_table)] == [None]
    with house.store.read() as conn:
        assert addresses.by_keys(conn, [WHATSAPP.key, HIDDEN.key]) == {}


def test_a_group_that_became_another_goes_on_there(house: House) -> None:
    house.hear("hello", TELEGRAM)
    shares_contact(house, PHONE, own=True)
    bigger = msgspec.structs.replace(TELEGRAM, value="-10042")
    house.channels["telegram"].script.append(Sent("1", moved=bigger))
    house.send()
    assert conversation(house, bigger).phone_number == PHONE
    assert len(house.rows(conversations_table)) == 1


def test_another_person_behind_an_address_has_proved_nothing(house: House) -> None:
    house.hear("hello")
    granted = [Grant(Proof.ORDER, "1001", house.clock() + timedelta(hours=1))]
    with house.store.write() as conn:
        conn.execute(conversations_table.update().values(grants=msgspec.json.encode(granted).decode()))
    moves(house, None)
    assert conversation(house, WHATSAPP).grants == ()


def test_a_move_of_somebody_unknown_changes_nothing(house: House) -> None:
    with house.store.write() as conn:
        move(house.hub, conn, Moved("m1", WHATSAPP, house.clock(), "number_changed", NEW), house.clock())
    assert house.rows(addresses_table) == house.rows(conversations_table) == []
