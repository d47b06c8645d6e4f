"""Twilio's names for numbers (`+12025550100`, `whatsapp:+1415…`, `whatsapp:US.1349…`) and our addresses."""

from collections.abc import Mapping, Sequence

from adapters.channels.twilio.settings import AccountSettings
from core.addresses import Address

SMS, WHATSAPP = "sms", "whatsapp"
PREFIX = "whatsapp:"

Ours = Mapping[str, tuple[str, str]]


def accounts_of(settings: AccountSettings) -> tuple[str, ...]:
    """The channels that this account has a sender for."""
    senders = {SMS: settings.sms_from, WHATSAPP: settings.whatsapp_from}
    return tuple(channel for channel, sender in senders.items() if sender)


def sender_of(settings: AccountSettings, channel: str) -> str:
    """Our number as Twilio wants it in From."""
    return settings.sms_from if channel == SMS else PREFIX + settings.whatsapp_from.removeprefix(PREFIX)


def account_name(settings: AccountSettings, channel: str) -> str:
    """The account in addresses: the number; `twilio:` sets WhatsApp apart from numbers of the Cloud API."""
    return settings.sms_from if channel == SMS else _whatsapp_account(settings.whatsapp_from)


def addresses_of(accounts: Sequence[AccountSettings]) -> Ours:
    """Our numbers in Twilio's form -> (channel, account)."""
    return {
        sender_of(settings, channel): (channel, account_name(settings, channel))
        for settings in accounts
        for channel in accounts_of(settings)
    }


def to_twilio(address: Address) -> str:
    """The customer as Twilio wants her in To."""
    return PREFIX + address.value if address.channel == WHATSAPP else address.value


def from_twilio(ours: Ours, our_number: str, customer: str) -> tuple[Address, bool]:
    """The customer's address on our number, and whether that number is ours."""
    value = customer.removeprefix(PREFIX)
    known = ours.get(our_number)
    if known:
        return Address(*known, value), True
    if our_number.startswith(PREFIX):
        return Address(WHATSAPP, _whatsapp_account(our_number), value), False
    return Address(SMS, our_number, value), False


def _whatsapp_account(number: str) -> str:
    return f"twilio:{number.removeprefix(PREFIX)}"
