"""Reads everything on WhatsApp's contact cards (Meta, "contacts messages webhook reference", 2026)."""

from typing import Any

import msgspec

from adapters.channels.whatsapp.inbound.envelope import optional
from core.content.cards import Entry, card, entries, entry
from core.content.vcards import read_vcards
from core.messages.pieces import Attachment

_NAME = ("prefix", "first_name", "middle_name", "last_name", "suffix")
_ADDRESS = ("street", "city", "state", "zip", "country")


def cards_of(item: Any) -> tuple[Attachment, ...]:
    """Reads each card of a `contacts` message."""
    return tuple(_card(each) for each in item["contacts"])


def with_own_cards(attachments: tuple[Attachment, ...], phone: str | None) -> tuple[Attachment, ...]:
    """Marks the contact cards that carry the sender's number as their own."""
    if not attachments or attachments[0].kind != "contact" or phone is None:
        return attachments
    return tuple(
        msgspec.structs.replace(each, data={**each.data, "own": each.data["own"] or each.data["phone"] == phone})
        for each in attachments
    )


def _card(given: Any) -> Attachment:
    phones = _dicts(given.get("phones"))
    first = next((each for each in phones if each.get("wa_id")), phones[0] if phones else {})
    number = str(first.get("wa_id") or first.get("phone") or "")
    digits = "".join(c for c in number if c in "0123456789")
    name, org = given.get("name"), given.get("org")
    made = card(
        optional(name, "formatted_name") or _joined(name, _NAME, " "),
        f"+{digits}" if digits else "",
        own=bool(digits) and _answers_request(given, first),
        phones=entries(entry(each.get("phone") or each.get("wa_id") or "", each.get("type")) for each in phones),
        emails=_entries(given, "emails", "email"),
        addresses=entries(
            entry(_joined(each, _ADDRESS, ", "), each.get("type")) for each in _dicts(given.get("addresses"))
        ),
        urls=_entries(given, "urls", "url"),
        organisation=_joined(org, ("company", "department"), ", "),
        title=optional(org, "title"),
        birthday=optional(given, "birthday"),
    )
    return Attachment("contact", data={**_from_vcard(optional(given, "vcard")), **made})


def _from_vcard(text: str) -> dict[str, Any]:
    """Reads what only the vCard beside the fields says (a nickname, a note)."""
    found = read_vcards(text)
    return {key: value for key, value in found[0].items() if key not in ("name", "phone", "own")} if found else {}


def _answers_request(given: Any, phone: Any) -> bool:
    """Tells whether it is the customer's own card, sent by our button; a number without `wa_id` was typed by hand."""
    return given.get("origin") == "contact_request" and isinstance(phone.get("wa_id"), str)


def _addresses(given: Any) -> list[Entry]:
    listed = _dicts(given.get("addresses"))
    return entries(entry(_joined(each, _ADDRESS, ", "), each.get("type")) for each in listed)


def _entries(given: Any, key: str, field: str) -> list[Entry]:
    return entries(entry(each.get(field), each.get("type")) for each in _dicts(given.get(key)))


def _dicts(listed: Any) -> list[dict[str, Any]]:
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _joined(holder: Any, keys: tuple[str, ...], between: str) -> str:
    return between.join(filter(None, (optional(holder, key) for key in keys)))
