"""Tests that one customer, whatever they write from, is known by what their channels vouch for and nothing else."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from storage import tables
from tests.journeys.actors import until
from tests.journeys.system import System
from tests.journeys.wording import ON_TELEGRAM, an_order, constant, request, said

PAID = constant("order_paid")
WHICH_NUMBER = said("utter_ask_order_number")
WHICH_OR_SHARE = said("utter_ask_order_number", dialog=ON_TELEGRAM)
GREETING = said("utter_ask_topic")
NO_NUMBER = "find an order number in that"
KNOWN = said("utter_contact_proved")
SHARE = request("utter_ask_order_number", dialog=ON_TELEGRAM)

messages, conversations = tables.messages.c, tables.conversations.c
addresses, customers = tables.addresses.c, tables.customers.c


def paid(number: str) -> str:
    """Returns what is said of an order that is paid."""
    return said("order_paid", item=an_order(number))


def known(desk: System, who: str) -> dict[str, Any]:
    """Returns what `doorstep customer show` tells of them."""
    shown = desk.command("customer", "show", who, "--json")
    assert shown.returncode == 0, shown.stderr
    found: dict[str, Any] = json.loads(shown.stdout)
    return found


def customer_id(desk: System, who: str) -> str:
    """Finds who has this address, or this account at the store, now."""
    reached = select(addresses.customer_id).where(addresses.value == who)
    told = select(customers.id).where((customers.id == who) | (customers.store_id == who) | (customers.phone == who))
    (id_, *_), *_ = [*desk.rows(reached), *desk.rows(told)]
    ((into,),) = desk.rows(select(customers.merged_into).where(customers.id == id_))
    return str(into or id_)


def said_by(desk: System, customer: str) -> dict[str, list[str]]:
    """Reads the timeline of one customer: channel -> what they wrote."""
    lines = (
        select(conversations.channel, messages.text)
        .join(tables.conversations, conversations.id == messages.conversation_id)
        .where(messages.customer_id == customer, messages.direction == "in")
        .order_by(messages.id)
    )
    found: dict[str, list[str]] = {}
    for channel, text in desk.rows(lines):
        found.setdefault(channel, []).append(text)
    return found


def moves_to(desk: System, phone: str) -> str:
    """Takes a new number in the WhatsApp app, as the customer; returns it."""
    taken = {each["number"] for each in desk.api("state")["phones"]}
    number = next(free for line in range(100) if (free := f"+190755501{line:02d}") not in taken)
    assert desk.api(f"phones/{phone}/number", {"to": number})["ok"]
    desk.handled()
    return number


def test_one_customer_on_sms_whatsapp_and_telegram(desk: System) -> None:
    phones = desk.phones_of("sms", "whatsapp", "telegram", name="Wanda Wander")
    sms, whatsapp, telegram = phones.values()
    number = desk.phone(sms)["number"]
    desk.sells("7001", number)
    desk.handled()
    for phone in (sms, whatsapp):
        desk.say(phone, "where is my order?")
        desk.expect(phone, paid("7001"))
    desk.say(telegram, "where is my order?")
    desk.expect(telegram, WHICH_OR_SHARE)
    desk.press(telegram, SHARE)
    desk.expect(telegram, KNOWN)
    desk.expect(telegram, paid("7001"))
    desk.say(telegram, "where is my order?")
    desk.expect(telegram, paid("7001"))

    found = known(desk, number)
    customer = found["customer"]["id"]
    assert found["customer"]["store_id"] == "buyer-7001"
    assert [merge["reason"] for merge in found["merges"]][-1:] == ["shared_contact"]
    assert {each["channel"] for each in found["addresses"]} == {"sms", "whatsapp", "telegram"}
    assert len(found["conversations"]) == 3
    words = said_by(desk, customer)
    assert {channel: said[0] for channel, said in words.items()} == dict.fromkeys(
        ("sms", "whatsapp", "telegram"), "where is my order?"
    )
    read = desk.command("customer", "show", number)
    assert f"proved {number}" in read.stdout
    assert read.stdout.count("conversation") == 3


def test_a_foreign_contact_proves_nothing(sqlite_desk: System) -> None:
    desk = sqlite_desk
    owner = desk.phones_of("whatsapp", name="Olga Owner")["whatsapp"]
    number = desk.phone(owner)["number"]
    desk.sells("7002", number)
    thief = desk.phones_of("telegram", name="Theo Thief")["telegram"]
    desk.say(thief, "where is my order?")
    desk.expect(thief, WHICH_OR_SHARE)
    for user_id in ({}, {"user_id": 4711}):
        desk.send(thief, "contact", contact={"name": "Olga Owner", "phone": number, **user_id}, wait=True)
        desk.settled()
    desk.say(thief, "where is my order?")
    desk.expect(thief, NO_NUMBER)
    heard = " ".join(bubble["text"] for bubble in desk.answers(thief))
    assert KNOWN not in heard
    assert PAID not in heard
    assert customer_id(desk, number) != customer_id(desk, desk.phone(thief)["address"])


def test_a_whatsapp_contact_of_somebody_else_proves_nothing(sqlite_desk: System) -> None:
    desk = sqlite_desk
    desk.sells("7003", "+12025550177")
    thief = desk.meet(name="Tilda Thief", hidden_number=True)
    desk.say(thief, "where is my order?")
    desk.expect(thief, WHICH_NUMBER)
    desk.send(thief, "contact", contact={"name": "Tilda Thief", "phone": "+12025550177"}, wait=True)
    desk.settled()
    desk.say(thief, "where is my order?")
    desk.expect(thief, NO_NUMBER)
    assert PAID not in " ".join(bubble["text"] for bubble in desk.answers(thief))


def test_a_conversation_goes_on_at_the_new_number(sqlite_desk: System) -> None:
    desk = sqlite_desk
    phone = desk.meet(name="Nora Newnumber")
    old = desk.phone(phone)["number"]
    for number in ("7011", "7012"):
        desk.sells(number, old, id="nora", name="Nora Newnumber")
    desk.handled()
    desk.say(phone, "where is my order?")
    desk.expect(phone, said("utter_ask_order"))
    customer = customer_id(desk, old)

    new = moves_to(desk, phone)
    desk.press(phone, "#7012")
    desk.expect(phone, paid("7012"))
    desk.say(phone, "talk to a person")
    root = desk.slack_root("Nora Newnumber")
    newer = moves_to(desk, phone)
    reply = desk.slack_reply(root, "Hello at your newest number")
    desk.expect(phone, "Hello at your newest number")
    desk.slack_sent(reply)
    desk.say(phone, "so you found me")
    desk.slack_expect(root, "so you found me")

    found = known(desk, customer)
    assert found["customer"]["phone"] == newer
    assert len(found["conversations"]) == 1
    assert not {each["value"] for each in found["addresses"]} & {old, new}
    desk.ships("7012")
    desk.expect(phone, "7012")


def test_the_next_owner_of_a_number_is_a_stranger(sqlite_desk: System) -> None:
    desk = sqlite_desk
    phone = desk.meet(name="Mona Moved")
    old = desk.phone(phone)["number"]
    order = desk.sells("7021", old)
    desk.handled()
    desk.say(phone, "where is my order?")
    desk.expect(phone, paid("7021"))
    moves_to(desk, phone)

    stranger = desk.phones_of("whatsapp", "sms", name="Stan Stranger", number=old)
    for each in stranger.values():
        desk.say(each, "where is my order?")
        desk.expect(each, WHICH_NUMBER)
        desk.say(each, "7021")
        desk.expect(each, constant("utter_ask_proof"))
    desk.reports("order.updated", {"order": order})  # the store still has the old number
    desk.ships("7021")
    desk.expect(phone, "7021")
    desk.settled()
    for each in stranger.values():
        assert not [bubble for bubble in desk.answers(each) if "DHL" in bubble["text"] or PAID in bubble["text"]]
    assert customer_id(desk, old) != customer_id(desk, "buyer-7021")
    assert said_by(desk, customer_id(desk, "buyer-7021"))["whatsapp"] == ["where is my order?"]


def test_a_stop_moves_with_the_number(sqlite_desk: System) -> None:
    desk = sqlite_desk
    stopped, other = desk.meet(name="Sue Stop"), desk.meet(name="Una Unstopped")
    for number, phone in (("7031", stopped), ("7032", other)):
        desk.sells(number, desk.phone(phone)["number"])
        desk.say(phone, "menu")
        desk.expect(phone, GREETING)
    desk.say(stopped, "STOP")
    desk.expect(stopped, "")
    for phone in (stopped, other):
        moves_to(desk, phone)
    quiet = len(desk.answers(stopped))
    desk.ships("7031")
    desk.ships("7032")
    desk.expect(other, "7032")
    desk.settled()
    assert len(desk.answers(stopped)) == quiet, desk.told(stopped)
    notices = select(tables.notices.c.state, tables.notices.c.reason)
    (row,) = desk.rows(notices.where(tables.notices.c.order_number == "7031"))
    assert row.state == "skipped"


def test_who_hid_the_number_at_first_is_known_when_they_show_it(sqlite_desk: System) -> None:
    desk = sqlite_desk
    phone = desk.meet(name="Hilde Hidden", hidden_number=True)
    about = desk.phone(phone)
    desk.sells("7041", about["number"])
    desk.handled()
    desk.say(phone, "where is my order?")
    desk.expect(phone, WHICH_NUMBER)
    assert customer_id(desk, about["user_id"]) != customer_id(desk, about["number"])

    desk.api(f"phones/{phone}/hide", {"hidden": False})
    desk.say(phone, "where is my order?")
    desk.expect(phone, paid("7041"))
    found = known(desk, about["number"])
    assert found["customer"]["id"] == customer_id(desk, about["user_id"])
    assert {about["user_id"], about["number"]} <= {each["value"] for each in found["addresses"]}
    assert said_by(desk, found["customer"]["id"])["whatsapp"] == ["where is my order?"] * 2


def test_two_threads_of_one_person_are_both_kept(sqlite_desk: System) -> None:
    """A customer wrote hidden, and had news by the number that the store knows: the next message links the two."""
    desk = sqlite_desk
    phone = desk.meet(name="Tess Twothreads", hidden_number=True)
    about = desk.phone(phone)
    desk.say(phone, "talk to a person")
    root = desk.slack_root("Tess Twothreads")
    number = about["number"]
    desk.sells("7051", number, notify=["whatsapp"])
    desk.ships("7051")
    desk.expect(phone, "7051")  # a second conversation, by the number

    desk.api(f"phones/{phone}/hide", {"hidden": False})
    desk.say(phone, "here I am, with my number")
    desk.slack_expect(root, "here I am, with my number")
    reply = desk.slack_reply(root, "Good to see you")
    desk.expect(phone, "Good to see you")
    desk.slack_sent(reply)
    found = known(desk, number)
    assert len(found["conversations"]) == 2
    assert [merge["reason"] for merge in found["merges"]] == ["channel"]
    assert len([each for each in found["conversations"] if each["owner"] == "agent"]) == 1
    texts = select(messages.text).where(messages.customer_id == found["customer"]["id"]).order_by(messages.id)
    told = [row.text for row in desk.rows(texts)]
    assert "talk to a person" in told
    assert any("7051" in text for text in told)


def test_who_hides_the_number_later_is_the_same(sqlite_desk: System) -> None:
    desk = sqlite_desk
    phone = desk.meet(name="Lara Later")
    number = desk.phone(phone)["number"]
    desk.sells("7061", number)
    desk.handled()
    desk.say(phone, "menu")
    desk.expect(phone, GREETING)
    desk.api(f"phones/{phone}/hide", {"hidden": True})
    desk.say(phone, "where is my order?")
    desk.expect(phone, paid("7061"))
    found = known(desk, number)
    assert len(found["conversations"]) == 1
    assert said_by(desk, found["customer"]["id"])["whatsapp"] == ["menu", "where is my order?"]


@pytest.mark.parametrize(
    ("number", "country", "order"),
    [("+5585987654321", "BR", "7071"), ("+525555550101", "MX", "7072"), ("+541155550101", "AR", "7073")],
    ids=["brazil", "mexico", "argentina"],
)
def test_numbers_that_whatsapp_writes_in_another_way(
    sqlite_desk: System, number: str, country: str, order: str
) -> None:
    desk = sqlite_desk
    phone = desk.meet(name=f"Person of {country}", number=number, country=country)
    assert desk.phone(phone)["address"] != number.lstrip("+")
    desk.sells(order, number)
    desk.handled()
    desk.say(phone, "where is my order?")
    desk.expect(phone, paid(order))
    desk.ships(order)
    desk.expect(phone, "DHL")
    assert len(known(desk, number)["conversations"]) == 1


def test_an_operator_makes_one_of_two_and_takes_it_back(sqlite_desk: System) -> None:
    desk = sqlite_desk
    phones = desk.phones_of("messenger", "telegram", name="Gemma Twin")
    ids = []
    for phone in phones.values():
        desk.say(phone, "menu")
        desk.expect(phone, GREETING)
        ids.append(customer_id(desk, desk.phone(phone)["address"]))
    kept, gone = ids
    merged = desk.command("customer", "merge", kept, gone, "--yes", "--json")
    assert merged.returncode == 0, merged.stderr
    merge_id = json.loads(merged.stdout)["merge_id"]
    assert customer_id(desk, gone) == kept
    assert set(said_by(desk, kept)) == {"messenger", "telegram"}
    desk.say(phones["telegram"], "menu")
    desk.expect(phones["telegram"], GREETING)
    assert said_by(desk, kept)["telegram"] == ["menu", "menu"]

    again = desk.command("customer", "merge", kept, gone, "--yes")
    assert again.returncode != 0
    assert "one customer already" in again.stderr
    undone = desk.command("customer", "unmerge", merge_id)
    assert undone.returncode == 0, undone.stderr
    assert customer_id(desk, gone) == gone
    assert said_by(desk, gone) == {"telegram": ["menu", "menu"]}
    assert said_by(desk, kept) == {"messenger": ["menu"]}
    desk.say(phones["telegram"], "menu")
    desk.expect(phones["telegram"], GREETING)
    until(lambda: said_by(desk, gone).get("telegram") == ["menu"] * 3, "the message after the split")
    assert desk.command("customer", "unmerge", merge_id).returncode != 0
