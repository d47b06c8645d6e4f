"""Words the codes of a card for people: states, proofs, channels, changes."""

from collections.abc import Iterable
from datetime import date

from adapters.channels import registry
from core.cases.case_reasons import spaced
from core.cases.sla import Metric
from core.desk.glances import ConsentGlance, QuoteGlance
from core.desk.posts import ARRIVED, EARLIER, TRANSCRIPT, TRANSLATED
from core.people.conversations import CaseState, Priority, Proof

PRIORITIES = {
    Priority.URGENT: "🔴 Urgent",
    Priority.HIGH: "🟠 High",
    Priority.NORMAL: "Normal",
    Priority.LOW: "Low",
}
STATES = {
    CaseState.OPEN: "Waiting for somebody",
    CaseState.CLAIMED: "In hand",
    CaseState.WAITING: "The customer's turn",
    CaseState.ON_HOLD: "Waiting for somebody else",
    CaseState.SNOOZED: "Put off",
    CaseState.RESOLVED: "Resolved",
    CaseState.MERGED: "Merged into another case",
    CaseState.SPAM: "Spam",
}
PROOFS = {
    Proof.NONE: "Nothing proven: ask before you tell anything about orders",
    Proof.CONTACT: "Writes from the number of the order",
    Proof.ORDER: "Told what only the buyer of the order knows",
    Proof.CODE: "Typed the one-time code that we sent",
}
DUE = {Metric.FIRST: "First answer", Metric.NEXT: "Next answer", Metric.RESOLUTION: "Done"}
DEFAULT_ICON = ":speech_balloon:"  # of a post that no channel brought
AUTHORS = {
    "customer": "Customer",
    "bot": "Bot",
    "agent": "Agent",
    "notice": "Notice",
    "program": "Another program",
    "shop": "Shop",
}

NOT_TAKEN = "not_taken"
UNSHARED = {  # why a file is only a link
    "too_large": "too large to be shown here",
    "unknown_type": "not shown here, as it is no kind of file that we know",
    NOT_TAKEN: "Slack did not take it",
}

_CHANGES = {
    EARLIER: "Sent before the case was opened",
    ARRIVED: "Sent with an earlier message",
    TRANSCRIPT: "🎙️ What the recording above says, written down by a machine",
    TRANSLATED: "🌐 The words above, translated by a machine",
    "edited": "✏️ The customer changed a message; it reads now",
    "deleted": "🗑️ The customer took back a message",
    "reaction": "The customer reacted",
    "reaction_removed": "The customer took back a reaction",
    "blocked": "⛔ The customer has blocked us: nothing reaches them here any more",
    "identity_changed": "🔑 The customer's phone or app is another one: what was proved before counts no longer",
    "answered_elsewhere": "💬 A colleague answered outside this desk",
    "answered_by_program": "💬 Another program of yours answered by itself",
}


def channel_label(channel: str, otherwise: str) -> str:
    """Returns the channel's name for people, or `otherwise` for a channel that is no longer registered."""
    line = registry.lines().get(channel)
    return line.label if line else otherwise


def icon(channel: str) -> str:
    """Returns the emoji name that Slack shows beside the messages of a customer of this channel."""
    line = registry.lines().get(channel)
    return line.icon if line else DEFAULT_ICON


def change_text(change: str) -> str:
    """Says what the customer did, like "The customer reacted"; empty for an ordinary message."""
    return _CHANGES.get(change) or (spaced(change) if change else "")


def quote_text(quoted: QuoteGlance) -> str:
    """Says what a message points at, in a line: "↪ Bot: Left or right?"."""
    whose = AUTHORS.get(quoted.author, "") or (f"from {quoted.origin}" if quoted.origin else "")
    return "↪ " + ": ".join(filter(None, (whose, quoted.text or "an older message")))


def consent_text(said: Iterable[ConsentGlance]) -> str:
    """Says what the customer agreed to, like "WhatsApp: service yes, marketing no"."""
    found: dict[str, list[str]] = {}
    for each in said:
        found.setdefault(each.channel, []).append(f"{each.purpose} {'yes' if each.granted else 'no'}")
    return " · ".join(f"{channel_label(channel, channel)}: {', '.join(words)}" for channel, words in found.items())


def day(at: date) -> str:
    """Writes a date like "8 Dec 2026"."""
    return f"{at.day} {at:%b %Y}"


def file_size(size: int) -> str:
    """Writes a number of bytes like "231 kB" (1 kB is 1,000 bytes)."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.{0 if size >= 10 * factor else 1}f} {unit}"
    return f"{size} bytes"
