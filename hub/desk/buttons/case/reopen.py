"""Opens a resolved case again, which then waits for an agent: the button "Reopen"."""

from core.desk.events import Pressed
from core.people.conversations import CaseState
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework.handover import reopen
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, _event: Pressed, case: Case, who: Conversation) -> None:
    """Opens the case again."""
    reopen(act, case, who)


BUTTON = Button("case_reopen", "Reopen", press, 10, (CaseState.RESOLVED,), "primary", needs="case:resolve")
