"""Who wrote on WhatsApp: a phone where Meta shows one, else the business-scoped id; the other forms are aliases."""

import re
from typing import Any

from core.addresses import Address
from core.messages import Profile

CHANNEL = "whatsapp"
_PHONE = re.compile(r"\+?([0-9]{5,15})")


def address_value(raw: Any) -> str:
    """`+` and digits for a phone, the id itself for a business-scoped id (`US.1349…`), "" for nothing."""
    if not isinstance(raw, str):
        return ""
    phone = _PHONE.fullmatch(raw)
    return f"+{phone[1]}" if phone else raw


def sender_of(account: str, contacts: list[Any], item: Any) -> tuple[Address, Profile]:
    """The sender's address (value "" when the item names nobody) and what the change's `contacts` tell of her.

    Any field may be missing, and `from` or `wa_id` may hold the business-scoped id.
    """
    contact = _contact_of(contacts, item)
    raw = (
        item.get("from"),
        item.get("wa_id"),
        contact.get("wa_id"),
        item.get("from_user_id"),
        item.get("user_id"),
        contact.get("user_id"),
        item.get("from_parent_user_id"),
        contact.get("parent_user_id"),
    )
    values = list(dict.fromkeys(value for each in raw if (value := address_value(each))))
    values.sort(key=_hidden)  # stable: phones first
    forms = [Address(CHANNEL, account, value) for value in values]
    if not forms:
        return Address(CHANNEL, account, ""), Profile()
    profile = contact.get("profile")
    name = profile.get("name") if isinstance(profile, dict) else None
    return forms[0], Profile(name=name if isinstance(name, str) else "", aliases=tuple(forms[1:]))


def _contact_of(contacts: list[Any], item: Any) -> dict[str, Any]:
    """The entry of `contacts` that is this item's sender; a message that names nobody takes a single entry."""
    known = {value for key in ("from", "wa_id", "from_user_id", "user_id") if isinstance(value := item.get(key), str)}
    found = [each for each in contacts if isinstance(each, dict)]
    for each in found:
        if each.get("wa_id") in known or each.get("user_id") in known:
            return each
    nameless = not known and "status" not in item
    return found[0] if nameless and len(found) == 1 else {}


def _hidden(value: str) -> bool:
    return not value.startswith("+")
