"""Asks who gets a case: opened by the button "Assign"."""

from core.cases.steps import Step, before
from core.desk.forms import PERSON, Field, Form
from hub.desk.form import FormKind, Look


def _draw(look: Look) -> Form | None:
    if look.case is None or look.case.state not in before(Step.TAKE):
        return None
    field = Field(
        PERSON, "Who gets it?", "person", hint="They are told in the thread; the customer hears who answers now."
    )
    return Form("case_assign", look.case.id, f"Assign case {look.case.number}", (field,), "Assign")


FORM = FormKind("case_assign", _draw, "case:assign")
