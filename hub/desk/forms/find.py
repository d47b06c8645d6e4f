"""Asks what an agent has of a customer: opened by the shortcut "Find a customer"."""

from collections.abc import Mapping

from core.desk.forms import Field, Form
from hub.desk.form import FormKind, Look

FIND, TEXT = "desk_find", "text"


def _draw(_look: Look) -> Form:
    field = Field(TEXT, "What do you have?", hint="An order, a phone, an e-mail, a name, or a case's number.")
    return Form(FIND, "", "Find a customer", (field,), "Find")


def _check(look: Look) -> Mapping[str, str]:
    return {} if look.value(TEXT).strip() else {TEXT: "Say what you have."}


FORM = FormKind(FIND, _draw, "customer:read", _check)
