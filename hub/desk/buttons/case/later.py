"""Lets a reply leave later: the button "Send later" on a card, and the message shortcut on a note of an agent's."""

from core.desk.events import Pressed
from core.people.conversations import UNRESOLVED
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.forms.later import LATER
from hub.desk.replying.putting_off import filled_in
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Puts off what was filled in: new words, or those of the message on which the shortcut was used."""
    filled_in(act, event, case, who, messages.find(act.conn, event.place, event.message))


BUTTON = Button(LATER, "Send later", press, 14, UNRESOLVED, row=1, needs="case:reply")
