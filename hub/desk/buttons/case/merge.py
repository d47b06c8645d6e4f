"""Makes one case of two of the same customer: the button "Merge"."""

from core.cases.steps import Step, before
from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.casework.merging import merge
from hub.desk.forms.merge import OTHER
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case

NONE = "This customer has no other case that is not over."


def press(act: Act, event: Pressed, case: Case, _who: Conversation) -> None:
    """Merges the case with the one that was chosen."""
    chosen = event.values.get(OTHER, "")
    if case.is_over:
        act.answer(standing.now(act, case))
    elif chosen:
        merge(act, case, cases.by_id(act.conn, chosen))
    else:
        act.answer(NONE)


BUTTON = Button("case_merge", "Merge", press, 40, before(Step.MERGE), row=2, needs="case:merge")
