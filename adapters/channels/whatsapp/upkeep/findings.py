"""Turns what Meta says of a number into findings that people can act on."""

from typing import Any

from core.errors import Outcome, SendError
from core.ports.channel import Finding

# Field of the number: (what it is called, the good words, the cure of all others).
_CHECKS = {
    "name_status": (
        "display name",
        ("APPROVED", "AVAILABLE_WITHOUT_REVIEW"),
        "WhatsApp Manager > Phone numbers > the number > Profile: submit a display name that says who you are.",
    ),
    "status": (
        "number",
        ("CONNECTED",),
        "WhatsApp Manager > Phone numbers: register the number (POST /{phone_number_id}/register), or appeal there.",
    ),
    "quality_rating": (
        "quality",
        ("GREEN", "UNKNOWN", "NA"),
        "Customers blocked or reported your messages: send less marketing, only to who asked for it.",
    ),
    "throughput": (
        "throughput",
        ("STANDARD", "HIGH"),
        "The number is not registered for sending: POST /{phone_number_id}/register.",
    ),
}
_PERMISSION = (
    "Business settings > System users: make a permanent token with whatsapp_business_messaging and"
    " whatsapp_business_management for this account, and set WHATSAPP_ACCESS_TOKEN."
)
_ID = "Set WHATSAPP_PHONE_NUMBER_ID to the number's id (App dashboard > WhatsApp > API setup); check GRAPH_API_URL."
_LATER = "Try again later; Meta's state is told at https://metastatus.com."
_CURES = {Outcome.RETRY: _LATER, Outcome.PACE: _LATER, Outcome.AMBIGUOUS: _LATER, Outcome.CONTENT_REJECTED: _ID}
_REACH = "PUBLIC_URL must be an https address that Meta reaches while Doorstep runs, with this account's verify token."
_CODE_CURES = {"100/33": _ID, "http_404": _ID, "2200": _REACH}  # 2200: the callback failed Meta's challenge


def failed(what: str, error: SendError) -> Finding:
    """Makes the finding of a call that did not work, with the likeliest cure."""
    cure = _CODE_CURES.get(error.code) or _CURES.get(error.outcome, _PERMISSION)
    return Finding(what, False, ": ".join(filter(None, (error.code, error.detail))), cure)


def checked(number: dict[str, Any]) -> list[Finding]:
    """Checks the fields of GET /{phone_number_id}, as far as they are there."""
    found = []
    for field, (what, good, cure) in _CHECKS.items():
        value = number.get(field)
        word = str(value.get("level", "")) if isinstance(value, dict) else str(value or "")
        if word:
            found.append(Finding(what, word in good, word, "" if word in good else cure))
    return found


def complaints(entity: dict[str, Any]) -> list[tuple[str, str]]:
    """Lists (what is wrong, Meta's advice) of one entity of `health_status`."""
    listed = entity.get("errors")
    errors = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    told = [(str(e.get("error_description", "")), str(e.get("possible_solution", ""))) for e in errors]
    return told or [(str(entity.get("can_send_message")), "WhatsApp Manager > Overview says why.")]
