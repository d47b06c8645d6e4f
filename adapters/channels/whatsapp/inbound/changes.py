"""Reads what customers do without a new message: edit, delete, react, move, stop marketing, open the chat.

Sources: Meta, "messages webhook reference: edit, revoke, reaction, system" and "user_preferences" (2026). Edits and
deletions come only for numbers that the WhatsApp Business app shares.
"""

from collections.abc import Callable
from typing import Any

from adapters.channels.whatsapp.inbound.content import corrected
from adapters.channels.whatsapp.inbound.envelope import Change, item_id, optional, required
from adapters.channels.whatsapp.inbound.identity import addresses
from adapters.transport.batch import digest
from core.messages.inbound import (
    Deleted,
    Edited,
    InboundEvent,
    InboundMessage,
    Moved,
    Preference,
    Reacted,
)
from core.messages.pieces import Profile, Referral
from core.people.addresses import Address

Reader = Callable[[Change, Any], InboundEvent | None]
# Where a change of number or id says the old value and the new one (new_wa_id: before 2022).
_OLD = ("previous_user_id", "previous_parent_user_id")
_NEW = ("wa_id", "new_wa_id", "user_id", "new_user_id", "parent_user_id", "new_parent_user_id")
_GRANTS = {"stop": False, "resume": True, "signup": True}


def preferred(change: Change, item: Any) -> InboundEvent:
    """Reads marketing stopped or resumed in the app; any other preference is kept."""
    granted = _GRANTS.get(item["value"])
    if granted is None or item.get("category") != "marketing_messages":
        return change.kept(item, "user_preferences")
    sender, profile = change.sender(item)
    return Preference(
        external_id=f"user_preferences:{digest(item)}",
        sender=sender,
        sent_at=change.at(item),
        purpose="marketing",
        granted=granted,
        source="user_preferences",
        profile=profile,
    )


def _edited(change: Change, item: Any) -> InboundEvent | None:
    content = corrected(item["edit"]["message"])
    if content is None:
        return None
    sender, profile = change.sender(item)
    target = required(item["edit"]["original_message_id"])
    return Edited(item_id(item), sender, change.at(item), target, content.text, content.attachments, profile)


def _deleted(change: Change, item: Any) -> InboundEvent:
    sender, profile = change.sender(item)
    target = required(item["revoke"]["original_message_id"])
    return Deleted(item_id(item), sender, change.at(item), target, profile)


def _reacted(change: Change, item: Any) -> InboundEvent:
    """Reads a reaction; a missing or empty emoji takes it back."""
    sender, profile = change.sender(item)
    reaction = item["reaction"]
    target, emoji = required(reaction["message_id"]), optional(reaction, "emoji")
    return Reacted(item_id(item), sender, change.at(item), target, emoji, profile)


def _system(change: Change, item: Any) -> InboundEvent | None:
    """Reads a new number (which brings a new business-scoped id), a new id alone, or another person with the number."""
    told = item["system"]
    kind = told["type"]
    if kind == "customer_identity_changed":
        sender, profile = change.sender(item)
        return Moved(item_id(item), sender, change.at(item), "identity_changed", profile=profile)
    reason = _REASONS.get(kind)
    old, new = _old_and_new(change, item, told)
    if reason is None or not old or not new:
        return None
    hidden = next((each for each in old if each.phone is None), old[0])
    place = hidden if kind == "user_changed_user_id" else old[0]
    profile = Profile(aliases=tuple(each for each in old if each != place))
    return Moved(item_id(item), place, change.at(item), reason, new[0], new[1:], profile)


_REASONS = {
    "user_changed_number": "number_changed",
    "customer_changed_number": "number_changed",
    "user_changed_user_id": "migrated",
}


def _old_and_new(change: Change, item: Any, told: Any) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """Reads the old and the new addresses, phones first. `from_user_id` may already hold the new id."""
    new = addresses(change.account, (told.get(key) for key in _NEW))
    named = (item.get("from"), told.get("customer"), *(told.get(key) for key in _OLD), item.get("from_user_id"))
    old = addresses(change.account, named)
    return tuple(each for each in old if each not in new), new


def _opened(change: Change, item: Any) -> InboundEvent:
    """Reads that the customer opened the chat for the first time and sees nothing yet."""
    sender, profile = change.sender(item)
    return InboundMessage(
        item_id(item),
        sender,
        change.at(item),
        profile=profile,
        referral=Referral("get_started"),
        standby=change.standby,
    )


# None from a reader: nothing that we could act on; it is kept, and gets no answer.
CHANGES: dict[str, Reader] = {
    "edit": _edited,
    "revoke": _deleted,
    "reaction": _reacted,
    "system": _system,
    "request_welcome": _opened,
}
