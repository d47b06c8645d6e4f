"""Asks what the customer is to be asked about their return: opened by the button "Ask"."""

from core.desk.forms import Field, Form, Option
from core.shop.return_tracks import UNDECIDED
from hub.desk.form import FormKind, Look
from storage.shop import filed_returns

WHAT, WORDS = "what", "words"
PHOTO, DETAILS, OTHER = "photo", "details", "other"
_OPTIONS = (
    Option(PHOTO, "A photo of what is wrong"),
    Option(DETAILS, "More details"),
    Option(OTHER, "Only my own words"),
)
EMPTY = "Write what you want to ask."


def _draw(look: Look) -> Form | None:
    filed = filed_returns.by_id(look.conn, look.pressed.value)
    if filed is None or filed.tracks.approval not in UNDECIDED:
        return None
    what = Field(WHAT, "What do you need?", "choice", PHOTO, _OPTIONS)
    words = Field(WORDS, "Your own words, as the customer reads them", "text", is_optional=True)
    return Form("return_ask", filed.id, "Ask the customer", (what, words), "Send")


def _check(look: Look) -> dict[str, str]:
    empty = look.value(WHAT) == OTHER and not look.value(WORDS).strip()
    return {WORDS: EMPTY} if empty else {}


FORM = FormKind("return_ask", _draw, "return:approve", _check)
