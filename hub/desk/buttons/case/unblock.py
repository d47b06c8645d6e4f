"""Lets a blocked customer write again: the button "Unblock"."""

from core.desk.events import Pressed
from core.people.conversations import CaseState
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import blocking
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, _event: Pressed, case: Case, who: Conversation) -> None:
    """Ends the block."""
    blocking.unblock(act, case, who)


BUTTON = Button("case_unblock", "Unblock", press, 10, (CaseState.SPAM,), needs="case:block")
