"""Gives a case to a colleague: the button "Assign"."""

from core.desk.events import DeskUser, Pressed
from core.desk.forms import PERSON
from core.people.conversations import UNRESOLVED
from hub.desk.act import Act
from hub.desk.agents import may
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.casework.handover import give
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case

NOBODY = "Name the colleague who gets the case."
MAY_NOT = "{name} may not answer customers here, so nothing was done."
HAS_IT = "{name} has this case already."
GIVEN = "{agent} gave this case to {name}."


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Gives the case to the person filled in."""
    assign(act, case, who, act.colleagues.get(event.values.get(PERSON, "")))


def assign(act: Act, case: Case, who: Conversation, to: DeskUser | None) -> None:
    """Gives the case to a member who may answer; they are told in the thread, and so is who had it."""
    if to is None:
        act.answer(NOBODY)
    elif not may(to, act.hub.agents, "case:reply"):
        act.answer(MAY_NOT.format(name=to.name or "This user"))
    elif case.claimed_by == to.id and not case.is_over:
        act.answer(HAS_IT.format(name=to.name))
    else:
        _give(act, case, who, to)


def _give(act: Act, case: Case, who: Conversation, to: DeskUser) -> None:
    holder = case.claimed_by
    if not give(act, case, who, to, "assign", "agent_assigned"):
        act.answer(standing.now(act, case))
        return
    for user in dict.fromkeys((to.id, holder)):
        if user and user != act.user.id:
            act.note(case, GIVEN.format(agent=act.user.name, name=to.name), user)


BUTTON = Button("case_assign", "Assign", press, 12, UNRESOLVED, row=2, needs="case:assign")
