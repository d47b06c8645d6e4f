"""Asks until when a case is put off: opened by the button "Snooze"."""

from core.cases.rests import HOUR, SNOOZES
from core.cases.steps import Step, before
from core.desk.forms import Field, Form, Option
from hub.desk.form import FormKind, Look

UNTIL = "until"
HINT = "It comes back earlier when the customer writes. Tomorrow is tomorrow where you are."


def _draw(look: Look) -> Form | None:
    if look.case is None or look.case.state not in before(Step.SNOOZE):
        return None
    options = tuple(Option(*each) for each in SNOOZES.items())
    field = Field(UNTIL, "Until when?", "choice", HOUR, options, HINT)
    return Form("case_snooze", look.case.id, f"Snooze case {look.case.number}", (field,), "Snooze")


FORM = FormKind("case_snooze", _draw, "case:snooze")
