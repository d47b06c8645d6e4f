"""Asks for the answer to one of the customer's messages: opened by the shortcut "Quote to customer" on its post."""

from collections.abc import Mapping

from core.content.text import shorten
from core.desk.forms import Field, Form, Passage
from core.desk.notes import mark_length
from hub.desk.form import FormKind, Look
from hub.desk.replying.reply_words import IS_A_NOTE
from storage.desk import quotable

QUOTE, WORDS = "case_quote", "words"
SHOWN = 500  # characters of what is quoted


def _draw(look: Look) -> Form | None:
    if look.case is None or look.case.is_over:
        return None
    quoted = quotable.line_shown(look.conn, look.case, look.pressed.message)
    if quoted is None:
        return None
    words = shorten(quoted[1] or "(without words)", SHOWN)
    field = Field(WORDS, "Your answer to the customer", "text")
    return Form(QUOTE, look.case.id, "Quote to customer", (Passage(f"“{words}”"), field), "Send")


def _check(look: Look) -> Mapping[str, str]:
    return {WORDS: IS_A_NOTE} if mark_length(look.value(WORDS)) else {}


FORM = FormKind(QUOTE, _draw, "case:reply", _check)
