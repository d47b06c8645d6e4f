"""Asks before a note goes to the customer: opened by the shortcut "Send to customer" on it."""

from core.content.text import shorten
from core.desk.forms import Form, Passage
from hub.desk.form import FormKind, Look
from storage.desk import messages
from storage.desk.messages import SENT

SEND = "case_send"
SHOWN = 2500  # characters of what is to go out


def _draw(look: Look) -> Form | None:
    kept = messages.find(look.conn, look.pressed.place, look.pressed.message)
    if look.case is None or look.case.is_over or kept is None or kept.state == SENT or not kept.text.strip():
        return None
    words = Passage(f"“{shorten(kept.text, SHOWN)}”")
    return Form(
        SEND, look.case.id, "Send to customer", (words, Passage("The customer gets it as your answer.")), "Send"
    )


FORM = FormKind(SEND, _draw, "case:reply")
