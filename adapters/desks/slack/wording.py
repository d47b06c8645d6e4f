"""The words on cards and buttons: the desk's codes as people say them."""

from datetime import date

from core.conversations import CaseState, Proof
from core.desk import CLAIM, KEEP_HELD, REOPEN, RESOLVE, SEND_HELD, TO_BOT

STATES = {
    CaseState.OPEN: "Waiting for somebody",
    CaseState.CLAIMED: "In hand",
    CaseState.RESOLVED: "Resolved",
}
PROOFS = {
    Proof.NONE: "Not verified",
    Proof.CONTACT: "Address recognised",
    Proof.ORDER: "Verified by order data",
    Proof.OTP: "Verified by one-time code",
}
CHANNEL_NAMES = {"whatsapp": "WhatsApp", "messenger": "Messenger", "telegram": "Telegram", "sms": "SMS"}
CHANNEL_ICONS = {
    "whatsapp": ":large_green_circle:",
    "messenger": ":large_blue_circle:",
    "telegram": ":airplane:",
    "sms": ":iphone:",
}
DEFAULT_ICON = ":speech_balloon:"
AUTHORS = {"customer": "Customer", "bot": "Bot", "agent": "Agent", "notice": "Notice"}

# Label and Slack's style; at most one button of a row stands out.
BUTTONS = {
    CLAIM: ("Claim", "primary"),
    RESOLVE: ("Resolve", ""),
    TO_BOT: ("Back to bot", ""),
    REOPEN: ("Reopen", "primary"),
    SEND_HELD: ("Send to customer", "primary"),
    KEEP_HELD: ("Keep as note", ""),
}

_REASONS = {
    "asked_human": "The customer asked for a person",
    "no_match_3": "The bot did not understand three times",
    "max_attempts": "Too many attempts at one question",
    "media_only": "The customer sent something the bot cannot read",
    "verification_failed": "The customer could not prove who she is",
    "locked": "Locked after too many wrong guesses",
    "order_change": "The customer wants to change or cancel an order",
    "not_received": "Delivered, says the carrier, but not received",
    "parcel_trouble": "Trouble with a parcel",
    "return_request": "A return needs a decision",
    "refund_exception": "A refund needs a decision",
    "internal_error": "The bot failed",
}


def reason_text(reason: str) -> str:
    """Why the case was opened; a code nobody worded becomes readable words ("stock_problem" is "Stock problem")."""
    return _REASONS.get(reason) or spaced(reason) or "Not said"


def spaced(code: str) -> str:
    """A code as words, with a capital."""
    words = str(code).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def day(at: date) -> str:
    """Like "8 Dec 2026"."""
    return f"{at.day} {at:%b %Y}"
