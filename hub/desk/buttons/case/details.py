"""Shows an agent everything of a case, unmasked, for their eyes only: the button "Show details"."""

from core.desk.events import Pressed
from core.desk.posts import PostDetails
from core.people.conversations import CaseState
from hub.desk.act import Act
from hub.desk.button import Button
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case


def press(act: Act, event: Pressed, case: Case, _who: Conversation) -> None:
    """Answers with the details, and writes down who saw them."""
    act.audit("reveal", case)
    act.show(PostDetails(case.id, event.place, event.user, event.thread))


BUTTON = Button("case_details", "Show details", press, 90, tuple(CaseState), needs="customer:reveal")
