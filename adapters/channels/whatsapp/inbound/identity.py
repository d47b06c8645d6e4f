"""Reads who an item is about: a phone where Meta shows one, else the business-scoped id; other forms are aliases."""

import re
from collections.abc import Iterable
from typing import Any

from core.messages.pieces import Profile
from core.people.addresses import Address

CHANNEL = "whatsapp"
_PHONE = re.compile(r"\+?([0-9]{5,15})")
_LONGEST = 160  # a business-scoped id has at most 131 characters
_SENDER = ("from", "wa_id", "from_user_id", "user_id")
_SENDER_PARENT = ("from_parent_user_id",)  # an id that holds for all businesses of a portfolio
_RECIPIENT = ("to", "to_user_id", "recipient_user_id")
_RECIPIENT_PARENT = ("to_parent_user_id", "recipient_parent_user_id")


def address_value(raw: Any) -> str:
    """Returns `+` and digits for a phone, a business-scoped id (`US.1349…`) as it is, "" for anything else."""
    if not isinstance(raw, str) or len(raw) > _LONGEST or "\x00" in raw:
        return ""
    phone = _PHONE.fullmatch(raw)
    return f"+{phone[1]}" if phone else raw


def addresses(account: str, raw: Iterable[Any]) -> tuple[Address, ...]:
    """Lists the usable ones of `raw`, each once, phones first."""
    values = list(dict.fromkeys(value for each in raw if (value := address_value(each))))
    values.sort(key=_hidden)  # a stable sort
    return tuple(Address(CHANNEL, account, value) for value in values)


def sender_of(account: str, contacts: list[Any], item: Any) -> tuple[Address, Profile]:
    """Reads the sender's address (value "" when the item names nobody) and what the change's `contacts` tell of them.

    Any field may be missing, and `from` or `wa_id` may hold the business-scoped id.
    """
    return _person(account, contacts, item, _SENDER, _SENDER_PARENT)


def recipient_of(account: str, contacts: list[Any], item: Any) -> tuple[Address, Profile]:
    """Reads the customer to whom a person of ours wrote (an echo), as `sender_of`."""
    return _person(account, contacts, item, _RECIPIENT, _RECIPIENT_PARENT)


def _person(
    account: str, contacts: list[Any], item: Any, keys: tuple[str, ...], parents: tuple[str, ...]
) -> tuple[Address, Profile]:
    own = [item.get(key) for key in keys]
    contact = _contact_of(contacts, {each for each in own if isinstance(each, str)}, "status" not in item)
    raw = (*own, contact.get("wa_id"), contact.get("user_id"))
    forms = addresses(account, (*raw, *(item.get(key) for key in parents), contact.get("parent_user_id")))
    if not forms:
        return Address(CHANNEL, account, ""), Profile()
    return forms[0], Profile(name=_name(contact.get("profile")), aliases=forms[1:])


def _name(profile: Any) -> str:
    """Reads the name that the person gave themselves, else their user name (for those who hide their number)."""
    named = profile if isinstance(profile, dict) else {}
    name, user = (each if isinstance(each := named.get(key), str) else "" for key in ("name", "username"))
    return name.strip() or (f"@{user.removeprefix('@')}" if user else "")


def _contact_of(contacts: list[Any], known: set[str], alone: bool) -> dict[str, Any]:
    """Finds the entry of `contacts` for this item's person; an item that names nobody takes a single one (`alone`)."""
    found = [each for each in contacts if isinstance(each, dict)]
    for each in found:
        if each.get("wa_id") in known or each.get("user_id") in known:
            return each
    return found[0] if alone and not known and len(found) == 1 else {}


def _hidden(value: str) -> bool:
    return not value.startswith("+")
