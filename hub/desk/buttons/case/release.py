"""Takes a case from its agent, for any other: the button "Release"."""

from core.desk.events import Pressed
from core.people.conversations import IN_HAND
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.casework.handover import release
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case

RELEASED = "{agent} released this case, so it waits for somebody."


def press(act: Act, _event: Pressed, case: Case, _who: Conversation) -> None:
    """Offers the case again; who had it is told, if another does so."""
    holder = case.claimed_by or ""
    if release(act, case):
        act.note(case, RELEASED.format(agent=act.user.name), holder, broadcast=True)
    else:
        act.answer(standing.now(act, case))


BUTTON = Button("case_release", "Release", press, 14, IN_HAND, row=2, needs="case:claim")
