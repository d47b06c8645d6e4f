"""Asks for whom or what a case waits, and until when: opened by the button "On hold"."""

from collections.abc import Mapping
from datetime import timedelta

from core.cases.rests import day_in
from core.cases.steps import Step, before
from core.desk.forms import Field, Form
from hub.desk.form import FormKind, Look

WHY, DAY = "why", "day"
USUAL = timedelta(days=2)
NO_REASON = "Say it in a few words: colleagues read it on the card."
PAST = "Choose a day after today."


def _draw(look: Look) -> Form | None:
    if look.case is None or look.case.state not in before(Step.HOLD):
        return None
    day = (look.now + USUAL).date().isoformat()
    fields = (
        Field(WHY, "For whom or what?", value=look.case.waits_for, hint="Like: the carrier looks for the parcel"),
        Field(DAY, "Remind me on", "date", value=day, hint="At nine in the morning. The customer is told nothing."),
    )
    return Form("case_hold", look.case.id, f"Case {look.case.number} on hold", fields, "Put on hold")


def _check(look: Look) -> Mapping[str, str]:
    day = day_in(look.value(DAY))
    wrong = {} if look.value(WHY).strip() else {WHY: NO_REASON}
    return wrong if day and day > look.now.date() else {**wrong, DAY: PAST}


FORM = FormKind("case_hold", _draw, "case:snooze", _check)
