"""Puts a case off: the button "Snooze"."""

from core.cases.rests import HOUR, SNOOZES
from core.cases.steps import Step, before
from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import resting
from hub.desk.forms.snooze import UNTIL
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, event: Pressed, case: Case, _who: Conversation) -> None:
    """Puts the case off as was chosen; where Slack showed no form, for an hour."""
    chosen = event.values.get(UNTIL, HOUR)
    resting.snooze(act, case, chosen if chosen in SNOOZES else HOUR)


BUTTON = Button("case_snooze", "Snooze", press, 18, before(Step.SNOOZE), row=1, needs="case:snooze")
