"""The words on cards and buttons: the desk's codes as people say them."""

from datetime import date

from core.conversations import CaseState, Proof

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
CHANNEL_ICONS = {
    "whatsapp": ":large_green_circle:",
    "messenger": ":large_blue_circle:",
    "telegram": ":airplane:",
    "sms": ":iphone:",
}
DEFAULT_ICON = ":speech_balloon:"
AUTHORS = {"customer": "Customer", "bot": "Bot", "agent": "Agent", "notice": "Notice"}

_REASONS = {
    "asked_human": "The customer asked for a person",
    "no_match_3": "The bot did not understand three times",
    "max_attempts": "Too many attempts at one question",
    "media_only": "The customer sent something the bot cannot read",
    "verification_failed": "The customer could not prove their identity",
    "locked": "Locked after too many wrong guesses",
    "order_change": "The customer wants to change or cancel an order",
    "not_received": "Delivered, says the carrier, but not received",
    "parcel_trouble": "Trouble with a parcel",
    "return_request": "A return needs a decision",
    "refund_exception": "A refund needs a decision",
    "internal_error": "The bot failed",
    "voice_note": "The customer sent a voice note",
    "order_request": "The customer put a basket together in the chat",
    "form_received": "The customer filled in a form",
    "answered_elsewhere": "A colleague answered outside this desk",
}


_CHANGES = {
    "edited": "✏️ The customer changed a message; it reads now",
    "deleted": "🗑️ The customer took back a message",
    "reaction": "The customer reacted",
    "reaction_removed": "The customer took back a reaction",
    "blocked": "⛔ The customer has blocked us: nothing reaches them here any more",
    "identity_changed": "🔑 The customer's phone or app is another one: what was proved before counts no longer",
    "answered_elsewhere": "💬 A colleague answered outside this desk",
}


def change_text(change: str) -> str:
    """What the customer did; empty for an ordinary message."""
    return _CHANGES.get(change) or (spaced(change) if change else "")


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


def file_size(size: int) -> str:
    """Bytes as people say them, like "231 kB"."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.{0 if size >= 10 * factor else 1}f} {unit}"
    return f"{size} bytes"
