"""Takes a case from the colleague who has it, who is told: the button "Take over"."""

from core.desk.events import Pressed
from core.people.conversations import IN_HAND
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.casework.handover import claim, give
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case

YOURS = "You have this case already."
TAKEN = "{agent} took this case over from {holder}."


def press(act: Act, _event: Pressed, case: Case, who: Conversation) -> None:
    """Takes the case, with whoever had it named in the thread."""
    if case.claimed_by == act.user.id and not case.is_over:
        act.answer(YOURS)
        return
    holder, had = case.claimed_by or "", act.holder(case)
    if not holder and claim(act, case, who):
        return
    if holder and give(act, case, who, act.user, "take_over", "agent_joined"):
        act.note(case, TAKEN.format(agent=act.user.name, holder=had), holder)
    else:
        act.answer(standing.now(act, case))


BUTTON = Button("case_take_over", "Take over", press, 10, IN_HAND, row=2, needs="case:claim")
