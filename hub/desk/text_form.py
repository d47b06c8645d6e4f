"""Draws a form in which an agent finds a ready text, sees it as the customer reads it, and changes it before it goes.

Saved replies and answers of the store's are each such a form (`hub.desk.forms`), whose press is carried out by
`hub.desk.replying.said_in_form.say_ready`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.content.text import shorten
from core.desk.forms import Field, Form, Option, Passage
from core.desk.notes import mark_length
from core.desk.ready_texts import TEXT_MAX, ReadyText
from core.desk.saved_replies import filled, missing
from hub.desk.form import FormKind, Look
from hub.desk.replying.reply_values import values_of
from hub.desk.replying.reply_words import IS_A_NOTE
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case

CHOICE = "reply"  # the field in which one is found
_TEXT, _VALUE = "text_", "value_"  # the text's field is another for each text: Slack keeps what stood in the same one
TITLE = 75  # characters of an option at Slack
EMPTY = "Write what the customer is to read."
FILL = "This is not known. Fill it in, or take it out of the text."
LABEL = "The customer reads"
HINT = "Change what you like. What stands in {{ }} is filled in from the fields above."
TOO_LONG = "The whole text has {all:,} characters, and a form takes {most:,}: its end is left out here."


class Choices(NamedTuple):
    """Lists the texts for a case, the likeliest first; `proposed` is the id of the one that is shown at first, and
    `above` what is said before all."""

    texts: Sequence[ReadyText]
    proposed: str = ""
    above: tuple[Passage, ...] = ()


def _nothing_more(_look: Look, _text: ReadyText) -> tuple[Passage, ...]:
    return ()


@dataclass(frozen=True)
class TextForm:
    """Describes such a form; `below` says more of the text that is chosen."""

    id: str
    kind: str
    title: str
    submit: str
    label: str
    hint: str
    none: str  # said where there is no text
    choose: str  # what is to be done first
    choices: Callable[[Look, Case, Conversation], Choices]
    below: Callable[[Look, ReadyText], tuple[Passage, ...]] = _nothing_more

    def as_form(self) -> FormKind:
        """Returns it as a form of the desk."""
        return FormKind(self.id, self._draw, "case:reply", self._check, self._options)

    def _draw(self, look: Look) -> Form | None:
        case, who = look.case, _customer(look)
        if case is None or who is None or case.is_over:
            return None
        choices = self.choices(look, case, who)
        if not choices.texts:
            return Form(self.id, case.id, self.title, (Passage(self.none),))
        wanted = look.value(CHOICE) or choices.proposed
        text = next((each for each in choices.texts if each.id == wanted), None)
        shown = (_option(text, who),) if text else ()
        search = Field(CHOICE, self.label, "search", text.id if text else "", shown, self.hint, redraws=True)
        items = tuple(_preview(look, case, who, text)) if text else (Passage(self.choose),)
        more = self.below(look, text) if text else ()
        return Form(self.id, case.id, self.title, (*choices.above, search, *items, *more), self.submit)

    def _check(self, look: Look) -> dict[str, str]:
        values = look.pressed.values
        if not chosen(values):
            return {CHOICE: self.choose}
        text = words(values)
        field = next((name for name in values if name.startswith(_TEXT)), f"{_TEXT}{chosen(values)}")
        if not text:
            return {field: EMPTY}
        if mark_length(text):
            return {field: IS_A_NOTE}
        return {field: FILL} if missing(text) else {}

    def _options(self, look: Look, field: str, typed: str) -> tuple[Option, ...]:
        who = _customer(look)
        if field != CHOICE or look.case is None or who is None:
            return ()
        return tuple(_option(each, who) for each in self.choices(look, look.case, who).texts if each.fits(typed))


def chosen(values: Mapping[str, str]) -> str:
    """Returns the id of the text that was chosen."""
    return values.get(CHOICE, "")


def words(values: Mapping[str, str]) -> str:
    """Returns what the customer is to read: the text as the agent left it, with the values that they filled in."""
    text = next((value for name, value in values.items() if name.startswith(_TEXT)), "")
    own = {name: values.get(_field(name), "").strip() for name in missing(text)}
    return filled(text, own).strip()


def _customer(look: Look) -> Conversation | None:
    return conversations.by_id(look.conn, look.case.conversation_id) if look.case else None


def _preview(look: Look, case: Case, who: Conversation, ready: ReadyText) -> Iterator[Field | Passage]:
    values = values_of(look.conn, case, who, look.user.name if look.user else "", look.words.shop)
    text = filled(ready.said(who.locale), values)
    for name in missing(text):
        label = name.replace(".", ": ").replace("_", " ").capitalize()
        yield Field(_field(name), label, value=look.value(_field(name)), is_optional=True)
    shown = shorten(text, TEXT_MAX, "utf16")
    yield Field(f"{_TEXT}{ready.id}", LABEL, "text", shown, hint=HINT if missing(text) else "", is_optional=True)
    if shown != text:
        yield Passage(TOO_LONG.format(all=len(text), most=TEXT_MAX))


def _option(ready: ReadyText, who: Conversation) -> Option:
    return Option(ready.id, shorten(ready.titled(who.locale), TITLE))


def _field(name: str) -> str:
    return _VALUE + name.replace(".", "_")
