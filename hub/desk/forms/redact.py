"""Asks before what a customer wrote is removed: opened by the shortcut "Redact" on its post."""

from core.desk.forms import Form, Passage
from hub.desk.form import FormKind, Look

REDACT = "case_redact"
ASKED = (
    "What the customer wrote in this message, with its files, is removed here, in Slack and in the store's copies. "
    "It cannot be brought back. The customer still has it on their phone."
)


def _draw(look: Look) -> Form | None:
    return Form(REDACT, look.case.id, "Redact", (Passage(ASKED),), "Remove it") if look.case else None


FORM = FormKind(REDACT, _draw, "message:redact")
