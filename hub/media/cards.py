"""Reads contact cards that came as a file (MMS, Twilio): kept whole in the row, told to agents in a line."""

import msgspec

from core.content.cards import card_line
from core.content.vcards import read_vcards

CARDS = ("text/vcard", "text/x-vcard", "text/directory")


def cards_in(content: bytes, mime: str) -> str | None:
    """Reads the cards in a file as JSON; None where there are none."""
    found = read_vcards(content.decode("utf-8", "replace")) if mime in CARDS else []
    return msgspec.json.encode(found).decode() if found else None


def told(cards: str) -> str:
    """Writes the line for them: names are shown, numbers, e-mails and addresses are counted."""
    return "; ".join(f"👤 {card_line(each)}" for each in msgspec.json.decode(cards))
