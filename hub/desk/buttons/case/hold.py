"""Waits for a third party, a carrier or the warehouse perhaps: the button "On hold"."""

from core.cases.steps import Step, before
from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import resting
from hub.desk.forms.hold import DAY, WHY
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, event: Pressed, case: Case, _who: Conversation) -> None:
    """Puts the case on hold for what was filled in."""
    resting.hold(act, case, event.values.get(WHY, ""), event.values.get(DAY, ""))


BUTTON = Button("case_hold", "On hold", press, 17, before(Step.HOLD), row=1, needs="case:snooze")
