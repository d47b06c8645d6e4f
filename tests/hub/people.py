"""Makes customers with several addresses, for the tests of who they are."""

from typing import Any

import msgspec

from core.messages.inbound import Moved
from core.messages.pieces import Attachment, Profile
from core.people.addresses import Address
from core.shop.orders import Buyer
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.people import addresses
from storage.people.tables import messages as messages_table
from tests.fakes import PHONE
from tests.hub.house import TELEGRAM, WHATSAPP, House

JANE = Buyer(id="c1", name="Jane Doe", email="jane@example.com", phone=PHONE, locale="en", timezone="America/New_York")
HIDDEN = Address("whatsapp", "main", "US.1349")
OTHER_ID = msgspec.structs.replace(HIDDEN, value="US.2000")
NEW_PHONE = "+12025550177"
NEW = Address("whatsapp", "main", NEW_PHONE)
ASKS = "where is my order?"


def customer_of(house: House, address: Address) -> str:
    """Finds whose conversation this is."""
    return conversation(house, address).customer_id


def conversation(house: House, address: Address) -> Conversation:
    with house.store.read() as conn:
        return conversations.by_keys(conn, [address.key])[address.key]


def home(house: House, address: Address) -> str | None:
    with house.store.read() as conn:
        return addresses.by_keys(conn, [address.key])[address.key].home


def said(house: House) -> dict[str, list[str]]:
    """Reads what the customer said: conversation's id -> their words there."""
    found: dict[str, list[str]] = {}
    for row in house.rows(messages_table):
        if row.author == "customer":
            found.setdefault(row.conversation_id, []).append(row.text)
    return found


def knows_as(*aliases: Address) -> Profile:
    return Profile("Jane", aliases=aliases)


def moves(house: House, to: Address | None = NEW, sender: Address = WHATSAPP, **more: Any) -> None:
    """Tells that somebody moved, as the channel does."""
    reason = more.pop("reason", "number_changed" if to else "identity_changed")
    house.accept(Moved(house.fresh("moved"), sender, house.clock(), reason, to, **more))
    house.drain()


def shares_contact(house: House, phone: str, own: bool, to: Address = TELEGRAM) -> None:
    contact = Attachment("contact", data={"name": "Jane", "phone": phone, "own": own})
    house.hear("", to, attachments=(contact,))
