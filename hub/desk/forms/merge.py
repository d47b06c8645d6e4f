"""Asks with which other case of its customer a case is merged: opened by the button "Merge"."""

from core.cases.case_reasons import reason_text
from core.desk.forms import Field, Form, Option, Passage
from hub.desk.form import FormKind, Look
from storage.desk import cases

OTHER = "other"
WHAT = "The later one becomes part of the earlier: its thread points there, and the customer's words go there."


def _draw(look: Look) -> Form | None:
    if look.case is None or look.case.is_over:
        return None
    others = [each for each in cases.unresolved_of(look.conn, look.case.customer_id) if each.id != look.case.id]
    if not others:
        return None
    options = tuple(Option(each.id, f"Case {each.number}: {reason_text(each.reason)}") for each in others)
    field = Field(OTHER, "Which is about the same?", "choice", options[0].id, options)
    return Form("case_merge", look.case.id, f"Merge case {look.case.number}", (Passage(WHAT), field), "Merge")


FORM = FormKind("case_merge", _draw, "case:merge")
