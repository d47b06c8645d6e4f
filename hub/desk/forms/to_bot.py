"""Asks where the bot goes on: opened by the button "Back to bot"."""

from core.desk.bot_flows import FLOWS, NO_FLOW
from core.desk.forms import Field, Form, Option
from hub.desk.form import FormKind, Look

FLOW = "flow"


def _draw(look: Look) -> Form | None:
    if look.case is None or look.case.is_over:
        return None
    nothing = Option(NO_FLOW, "Nothing: only say that the bot is back")
    options = (nothing, *(Option(*each) for each in FLOWS.items()))
    field = Field(FLOW, "What does the bot begin?", "choice", NO_FLOW, options, "In the customer's language.")
    return Form("case_to_bot", look.case.id, f"Case {look.case.number} to the bot", (field,), "Back to bot")


FORM = FormKind("case_to_bot", _draw, "case:resolve")
