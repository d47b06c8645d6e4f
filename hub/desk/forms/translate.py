"""Shows an agent's answer in the customer's language before it goes out: opened by the message shortcut "Translate".

The form opens at once, is drawn again while a worker asks for the translation, and by the worker when that is there, or
did not come. It can be sent at any time, also in the agent's own words.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from core.content.figures import Differences, differences
from core.content.text import shorten
from core.desk.forms import Field, Form, Option, Passage
from core.desk.notes import mark_length
from core.desk.posts import PostForm
from core.locales import language_name
from hub.desk.form import FormKind, Look, Words
from hub.desk.replying.reply_words import IS_A_NOTE
from hub.hooks.material import OWN
from storage.desk import cases, messages, quotable
from storage.desk.messages import SENT

ID = "case_translate"
GOES, CHECKED = "goes", "checked"
TRANSLATION = "translation"
_READS = "reads_"  # and the languages and a digest of the agent's words: a translation of other words is another field
QUOTED, LONGEST = 500, 3000  # characters of what is answered, and of a field
WRITE = "Write your answer first."
NOT_TRANSLATED = "This is not translated yet. Press Translate, or choose below to send your own words."
OTHER_WORDS = "You changed your words after they were translated. Press Translate again, or send your own words."
WAITS = "It is being translated. You need not wait: your own words can go out at any time."
CHECK = "{what}. Correct it, or say below that it may differ."
_TROUBLES = {
    "off": "no translation hook is set (TRANSLATE_URL)",
    "timeout": "no answer came in time",
    "budget": "no calls are left for today (LLM_DAILY_CALLS)",
    "paused": "the translation hook failed several times and is left alone for a while",
    "too_large": "it is too long",
}


def own_words(values: Mapping[str, str]) -> str:
    """Returns what the agent wrote."""
    return values.get(OWN, "").strip()


def chosen(values: Mapping[str, str]) -> tuple[str, str]:
    """Returns what the customer is to read, and the code of its language where it is a translation."""
    found = _translation(values) if values.get(GOES) != OWN else None
    return (found.text, found.into) if found else (own_words(values), "")


class _Read:
    """Holds the field in which the translation stands."""

    def __init__(self, field: str, text: str) -> None:
        self.field, self.text = field, text.strip()
        self.spoken, self.into, self._digest = (*field.removeprefix(_READS).split("_"), "", "", "")[:3]

    def is_of(self, own: str) -> bool:
        """Tells whether it was made of these words."""
        return self._digest == _digest(own)

    def differs(self, own: str) -> Differences:
        """Compares the figures of both texts."""
        return differences(own, self.spoken, self.text, self.into)


def redrawn(conn: Connection, post: PostForm, now: datetime) -> Form | None:
    """Draws the form with what was asked for it; None where its case is over by now."""
    pressed = post.pressed
    look = Look(conn, pressed, now, cases.by_id(conn, pressed.value), words=Words(translates=True))
    if look.case is None or look.case.is_over:
        return None
    trouble = post.trouble or ("too_large" if len(post.translated) > LONGEST else "")
    own = own_words(pressed.values)
    shown = _failed(trouble) if trouble else _offered(own, post)
    return _form(look, own, tuple(shown))


def _draw(look: Look) -> Form | None:
    case = look.case
    if case is None or case.is_over or not look.words.translates:
        return None
    if not look.pressed.values:
        return _form(look, _kept(look), ())
    own = own_words(look.pressed.values)
    return _form(look, own, (Passage(WAITS if own else WRITE),), waits=bool(own))


def _form(look: Look, own: str, shown: tuple[Field | Passage, ...], *, waits: bool = False) -> Form:
    goes = Field(
        GOES,
        "What goes out",
        "choice",
        look.value(GOES) or TRANSLATION,
        (Option(TRANSLATION, "The translation"), Option(OWN, "My own words, as they are")),
    )
    words = Field(OWN, "Your answer, in your own language", "text", own)
    button = Field("translate", "Translate", "button", redraws=True)
    subject = look.case.id if look.case else ""
    return Form(ID, subject, "Translate", (*_quoted(look), words, button, *shown, goes), "Send", waits)


def _offered(own: str, post: PostForm) -> Iterator[Field | Passage]:
    """Shows the translation, and which figures are not the same in both."""
    field = f"{_READS}{post.spoken}_{post.language}_{_digest(own)}"
    label = f"The customer reads ({language_name(post.language)})"
    yield Field(field, label, "text", post.translated, hint="Change what you like.", is_optional=True)
    if told := _told(_Read(field, post.translated).differs(own)):
        yield Passage(f"⚠️ {told}.")
    agreed = (Option("yes", "I compared them: send it as it is"),)
    yield Field(CHECKED, "Where figures differ", "choice", options=agreed, is_optional=True)


def _failed(trouble: str) -> Iterator[Passage]:
    why = _TROUBLES.get(trouble, "the translation hook failed")
    yield Passage(f"It was not translated: {why}. Press Translate again, or send your own words.")


def _quoted(look: Look) -> Iterator[Passage]:
    """Shows the customer's message on which the shortcut was used."""
    found = quotable.line_shown(look.conn, look.case, look.pressed.message) if look.case else None
    if found and found[1]:
        yield Passage(f"“{shorten(found[1], QUOTED)}”")


def _kept(look: Look) -> str:
    """Returns the agent's own words on which the shortcut was used: a note, or a reply that is held."""
    kept = messages.find(look.conn, look.pressed.place, look.pressed.message)
    is_own = kept is not None and kept.user == look.pressed.user and kept.state != SENT
    return kept.text[mark_length(kept.text) :].strip() if kept and is_own else ""


def _check(look: Look) -> dict[str, str]:
    return mistakes(look.pressed.values)


def mistakes(values: Mapping[str, str]) -> dict[str, str]:
    """Says what keeps the answer from being sent, by field."""
    own = own_words(values)
    if not own:
        return {OWN: WRITE}
    if mark_length(own):
        return {OWN: IS_A_NOTE}
    return {} if values.get(GOES) == OWN else _check_translation(values, own)


def _check_translation(values: Mapping[str, str], own: str) -> dict[str, str]:
    """Looks whether it is one of these words, and whether the figures are the same, or were looked at."""
    found = _translation(values)
    if found is None or not found.is_of(own):
        return {OWN: OTHER_WORDS if found else NOT_TRANSLATED}
    if mark_length(found.text):
        return {found.field: IS_A_NOTE}
    told = _told(found.differs(own))
    return {found.field: CHECK.format(what=told)} if told and not values.get(CHECKED) else {}


def _translation(values: Mapping[str, str]) -> _Read | None:
    return next((_Read(name, text) for name, text in values.items() if name.startswith(_READS) and text.strip()), None)


def _told(found: Differences) -> str:
    """Says which figures differ; empty where none do."""
    said = [f"{', '.join(found.missing)} is only in your words"] if found.missing else []
    said += [f"{', '.join(found.added)} is only in the translation"] if found.added else []
    return "; ".join(said)


def _digest(own: str) -> str:
    return sha256(own.encode()).hexdigest()[:8]


FORM = FormKind(ID, _draw, "case:reply", _check)
