"""Declares what an agent is offered about a message of theirs, by the ids and labels of buttons.

Apart from the buttons themselves, so that what offers them need not know what they do.
"""

from core.desk.events import ON_REPLY
from core.desk.glances import ButtonGlance

TEMPLATE = f"{ON_REPLY}template", "Send template"
WITH = f"{ON_REPLY}with", "Send it"
OTHER = f"{ON_REPLY}other", "Other channel"
VIA = f"{ON_REPLY}via", "Send there"
RETRY = f"{ON_REPLY}retry", "Try again"
NOW = f"{ON_REPLY}now", "Send now"
CHANGE = f"{ON_REPLY}change", "Change"
CANCEL = f"{ON_REPLY}cancel", "Cancel"
UNDO = f"{ON_REPLY}undo", "Undo"
CORRECT = f"{ON_REPLY}correct", "Send correction"
TAKE_BACK = f"{ON_REPLY}take_back", "Take back"
PARTED = ":"  # between the message's id and what it is to go by


def about(offer: tuple[str, str], message_id: str, by: str = "", label: str = "") -> ButtonGlance:
    """Returns the button as a post shows it, about that message."""
    id_, usual = offer
    return ButtonGlance(id_, label or usual, f"{message_id}{PARTED}{by}" if by else message_id)


def read(value: str) -> tuple[str, str]:
    """Reads a button's value: the message's id, and what it is to go by."""
    message_id, _, by = value.partition(PARTED)
    return message_id, by
