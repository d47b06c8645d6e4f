"""Lets an agent take a case that waits: the button "Claim"."""

from core.desk.events import Pressed
from core.people.conversations import CaseState
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.casework.handover import claim
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, _event: Pressed, case: Case, who: Conversation) -> None:
    """Takes the case."""
    take(act, case, who)


def take(act: Act, case: Case, who: Conversation) -> None:
    """Takes the case, or says who has it."""
    if not claim(act, case, who) and case.claimed_by != act.user.id:
        act.answer(standing.now(act, case))


BUTTON = Button("case_claim", "Claim", press, 10, (CaseState.OPEN,), "primary", needs="case:claim")
