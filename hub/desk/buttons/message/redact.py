"""Removes what a customer wrote: the message shortcut "Redact"."""

from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.forms.redact import REDACT
from hub.desk.replying.redacting import redact
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Removes the message on which the shortcut was used."""
    redact(act, case, who, event.place, event.message)


BUTTON = Button(REDACT, "Redact", press, 93, needs="message:redact")
