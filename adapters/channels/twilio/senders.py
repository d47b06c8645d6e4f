"""Translates between Twilio's names for numbers (`+12025550100`, `whatsapp:US.1349…`) and our addresses."""

import re
from collections.abc import Mapping, Sequence

from adapters.channels.twilio.settings import AccountSettings
from core.people.addresses import Address

SMS, WHATSAPP = "sms", "whatsapp"
PREFIX = "whatsapp:"
VALUE_MAX = 131  # a business-scoped id: country, point, 128 letters (Meta, "Business-scoped user IDs")
NUMBER_MAX = 40
DIGITS_MAX = 17  # E.164 has 15; some countries' WhatsApp ids are longer by one or two

_PHONE = re.compile(r"\+[1-9][0-9]{6,}")  # no country's numbers are shorter; a short code may come with a + as well
_SCOPED = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,128}")

Ours = Mapping[str, tuple[str, str]]


def accounts_of(settings: AccountSettings) -> tuple[str, ...]:
    """Lists the channels that this account has a sender for."""
    senders = {SMS: settings.sms_from or settings.messaging_service_sid, WHATSAPP: settings.whatsapp_from}
    return tuple(channel for channel, sender in senders.items() if sender)


def service_of(settings: AccountSettings, channel: str) -> str:
    """Returns the messaging service that this channel's messages leave by; "" where they leave by our number."""
    return settings.messaging_service_sid if channel == SMS else ""


def sender_of(settings: AccountSettings, channel: str) -> str:
    """Writes our number as Twilio wants it in From."""
    return settings.sms_from if channel == SMS else PREFIX + settings.whatsapp_from.removeprefix(PREFIX)


def account_name(settings: AccountSettings, channel: str) -> str:
    """Names the account in addresses: the number, or the service where no number is named; `twilio:` sets WhatsApp
    apart from numbers of the Cloud API."""
    if channel == SMS:
        return settings.sms_from or settings.messaging_service_sid
    return _whatsapp_account(settings.whatsapp_from)


def addresses_of(accounts: Sequence[AccountSettings]) -> Ours:
    """Returns our numbers and messaging services in Twilio's form -> (channel, account)."""
    return {
        name: (channel, account_name(settings, channel))
        for settings in accounts
        for channel in accounts_of(settings)
        for name in (sender_of(settings, channel), service_of(settings, channel))
        if name
    }


def to_twilio(address: Address) -> str:
    """Writes the customer as Twilio wants them in To."""
    return PREFIX + address.value if address.channel == WHATSAPP else address.value


def from_twilio(ours: Ours, our_number: str, customer: str, service: str = "") -> tuple[Address, bool]:
    """Reads the customer's address on our number (without a value when it is none), and whether that number is ours:
    by its own name, or for SMS by the messaging service that it belongs to."""
    value = customer.removeprefix(PREFIX).strip()
    value = value if len(value) <= VALUE_MAX else ""
    value = value if customer.startswith(PREFIX) or _PHONE.fullmatch(value) else value.lstrip("+")
    known = ours.get(our_number) or ours.get("" if our_number.startswith(PREFIX) else service)
    if known:
        return Address(*known, value), True
    our_number = our_number[:NUMBER_MAX]
    if our_number.startswith(PREFIX):
        return Address(WHATSAPP, _whatsapp_account(our_number), value), False
    return Address(SMS, our_number, value), False


def alias_value(told: str) -> str:
    """Reads `told` (WaId: digits, ExternalUserId, either with prefix) as an address's value; "" when it is none."""
    bare = told.removeprefix(PREFIX).removeprefix("+")
    if bare.isascii() and bare.isdigit():
        return f"+{bare}" if len(bare) <= DIGITS_MAX else ""
    return bare if _SCOPED.fullmatch(bare) else ""


def _whatsapp_account(number: str) -> str:
    return f"twilio:{number.removeprefix(PREFIX)}"
