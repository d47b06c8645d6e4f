"""Asks for how long a customer is blocked: opened by the button "Block"."""

from core.cases.block_times import OFFERED, USUAL
from core.cases.steps import Step, before
from core.desk.forms import Field, Form, Option, Passage
from hub.desk.form import FormKind, Look

LENGTH = "length"
WHAT = (
    "Nothing they write is answered, opens a case or comes to Slack, until the block ends by itself. "
    "All their cases become spam. STOP is still heard, and messages about their orders still go out."
)


def _draw(look: Look) -> Form | None:
    if look.case is None or look.case.state not in before(Step.BLOCK):
        return None
    options = tuple(Option(*each) for each in OFFERED.items())
    field = Field(LENGTH, "For how long?", "choice", USUAL, options)
    return Form("case_block", look.case.id, "Block this customer", (Passage(WHAT), field), "Block")


FORM = FormKind("case_block", _draw, "case:block")
