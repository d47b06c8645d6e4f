"""Asks what a case was about before it is resolved: opened by the button "Resolve"."""

from core.cases.topics import TOPICS, topic_of
from core.desk.forms import Field, Form, Option
from hub.desk.form import FormKind, Look

TOPIC = "topic"
TOLD = "The customer is told that you have left and the bot is back."


def _draw(look: Look) -> Form | None:
    if look.case is None or look.case.is_over:
        return None
    topics = tuple(Option(*each) for each in TOPICS.items())
    field = Field(TOPIC, "What was it about?", "choice", topic_of(look.case.reason), topics, hint=TOLD)
    return Form("case_resolve", look.case.id, f"Resolve case {look.case.number}", (field,), "Resolve")


FORM = FormKind("case_resolve", _draw, "case:resolve")
