"""Asks why a return is refused, which the customer reads: opened by the button "Refuse"."""

from core.desk.forms import Field, Form, Option, Passage
from core.shop.refusals import Refusal
from core.shop.return_tracks import UNDECIDED
from hub.desk.form import FormKind, Look
from storage.shop import filed_returns

WHY, WORDS = "why", "words"
TOLD = "The customer reads the reason in their language, and your words as they are."


def _draw(look: Look) -> Form | None:
    filed = filed_returns.by_id(look.conn, look.pressed.value)
    if filed is None or filed.tracks.approval not in UNDECIDED:
        return None
    reasons = tuple(Option(why.value, why.label) for why in Refusal)
    why = Field(WHY, "Why?", "choice", Refusal.TOO_LATE.value, reasons)
    words = Field(WORDS, "Your words to the customer", "text", is_optional=True)
    return Form("return_refuse", filed.id, "Refuse the return", (why, words, Passage(TOLD)), "Refuse")


FORM = FormKind("return_refuse", _draw, "return:approve")
