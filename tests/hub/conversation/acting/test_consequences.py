"""Tests that what a turn means beyond its rows is data: compared, and not done before the turn is written."""

from core.messages.inbound import InboundMessage, Preference
from core.messages.pieces import Attachment
from hub.conversation.acting import consequences
from hub.conversation.acting.consequences import Blocked, PhoneProved
from hub.conversation.reply import take_turn
from hub.conversation.store_view import GroupReader
from storage.conversations import conversations
from storage.people.tables import consents
from tests.fakes import PHONE
from tests.hub.house import TELEGRAM, House


def wanted(house: House, event: InboundMessage | Preference) -> list[object]:
    """Returns the consequences of one event, decided and not carried out."""
    with house.store.read() as conn:
        conversation = conversations.by_keys(conn, [TELEGRAM.key])[TELEGRAM.key]
        return take_turn(house.hub, conversation, [event], ["cause"], GroupReader(conn, [])).consequences


def test_a_shared_contact_and_a_block_are_values(house: House) -> None:
    house.hear("hello", TELEGRAM)
    with house.store.read() as conn:
        conversation = conversations.by_keys(conn, [TELEGRAM.key])[TELEGRAM.key]
    contact = Attachment("contact", "", data={"own": True, "phone": PHONE})
    message = InboundMessage("1", TELEGRAM, house.clock(), "", attachments=(contact,))
    blocked = Preference("2", TELEGRAM, house.clock(), "", False, source=consequences.BLOCKED)
    assert wanted(house, message) == [PhoneProved(conversation, PHONE)]
    assert wanted(house, blocked) == [Blocked(conversation, blocked=True)]
    assert house.rows(consents) == []


def test_a_block_is_carried_out_once_and_taken_back(house: House) -> None:
    house.hear("hello", TELEGRAM)
    with house.store.read() as conn:
        conversation = conversations.by_keys(conn, [TELEGRAM.key])[TELEGRAM.key]
    for blocked in (True, True, False, False):
        house.later(seconds=1)
        with house.store.write() as conn:
            consequences.carry_out(house.hub, conn, Blocked(conversation, blocked), house.clock())
    told = [(purpose, granted) for _, purpose, granted, _ in house.consents()]
    assert told == [("service", False), ("marketing", False), ("service", True)]
