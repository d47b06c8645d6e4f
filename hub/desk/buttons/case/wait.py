"""Leaves it to the customer to write next: the button "Waiting"."""

from core.cases.steps import Step, before
from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import resting
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, _event: Pressed, case: Case, _who: Conversation) -> None:
    """Notes that it is the customer's turn."""
    resting.wait(act, case)


BUTTON = Button("case_wait", "Waiting", press, 16, before(Step.WAIT), needs="case:snooze")
