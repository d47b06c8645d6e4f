"""Writes the reference of the language from what the loader takes (`python -m flows.tools.reference`)."""

from collections.abc import Iterable, Iterator, Sequence

from flows.engine.model import SLOT_TYPES
from flows.language.formats import FILTERS
from flows.language.responses import FIELDS as TEXT_FIELDS
from flows.linting.names import DIALOG, MESSAGE, ROOTS
from flows.loading.reading import COMMON, FIELDS, FLOW_FIELDS
from flows.loading.slots import FIELDS as SLOT_FIELDS

WORDS = {
    "id": "its name, for `next` to lead there; a `collect` has its slot's name",
    "description": "what it is for, in a few words; of a flow: for the team, on the card of a case",
    "if": "passed over where this does not hold; of a flow: it is not begun",
    "next": "where to go: a step's id, END, or branches `{if, then}` … `{else}`; without it the step below follows",
    "utter": "the text that asks, in place of `utter_ask_<slot>`",
    "choices_from": "an action that lists the choices",
    "args": "what is handed over, by name; each value is an expression",
    "fill_single": "where there is only one choice it is taken without a question",
    "optional": "the customer may leave it",
    "ask_before_filling": "always asked, never filled from an earlier message: a summary",
    "rejections": "`{if, utter}`: answers that can be read and are not taken",
    "max_attempts": "how often an answer may fail (3)",
    "on_max_attempts": "where it goes then (a person)",
    "on_error": "where it goes when the action fails (a person)",
    "accept": "`answer`, or `anything`: whatever is written is the answer",
    "hints": "texts that are said before the question when it is asked again, one each time",
    "told_in": "a text that may name one of the choices already: then it is not asked",
    "remind_after": "after so long a silence the customer is reminded once",
    "tells": "`{kind, as: {choice: name}}`: of these choices the store hears, by that name (`doorstep.choice.made`)",
    "told": "the customer said it: they can change it, as if they had been asked",
    "save": "the slot that keeps the result",
    "name": "what customers read as its name; else `flow_name_<flow>`",
    "triggers": "the intents that begin it",
    "otherwise": "its triggers begin it only where no other flow has them",
    "read_only": "it changes nothing: it may be asked for in the middle of another",
    "persist": "slots that the caller gets back",
    "fills": "slots that the first message may fill",
    "covers": "intents that are answered by going on",
    "steps": "what is done, from the top",
    "expire_after": "after so long a silence it is not taken up again",
    "interruptible": "whether another request may come between (true)",
    "resume": "`ask`, `auto` or `never`: how it is taken up after another request",
    "version_policy": "`migrate`: a changed flow goes on in its new form; `pin`: in the old one",
    "type": "one of the types below",
    "choices": "the values; `{value, if}` for one that is not always there; of a text: their titles",
    "min": "the least",
    "max": "the most",
    "multiple": "several values: a list",
    "pattern": "a regular expression that the whole answer has to match",
    "pii": "`mask` or `never_store`: how it is kept",
    "private": "never in a summary",
    "text": "the words",
    "channel": "only on this channel",
    "each": "how a choice that an action listed is shown, by `item`",
    "menu_title": "the title of a list of choices",
    "link": "a link",
    "link_title": "its title",
    "link_preview": "whether the link's page is shown with it",
    "request": "a button that asks for the customer's `location` or `contact`",
    "request_title": "its title",
}


def reference() -> str:
    """Writes the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Reference of the language"
    yield "\nWritten by `python -m flows.tools.reference`. Unknown fields are refused, with the nearest one."
    yield from _table("A flow", FLOW_FIELDS)
    yield from _table("Any step", COMMON)
    for kind, fields in FIELDS.items():
        if fields:
            yield from _table(f"Step `{kind}`", fields)
    plain = ", ".join(f"`{kind}`" for kind, fields in FIELDS.items() if not fields)
    yield f"\nWithout fields of their own: {plain}."
    yield from _table("A slot", SLOT_FIELDS)
    yield f"\nTypes: {_names(SLOT_TYPES)}."
    yield from _table("A text", TEXT_FIELDS)
    yield f"\nFilters: {_names(FILTERS)}."
    yield "\n## What expressions read\n"
    yield f"{_names(ROOTS)}; of `dialog`: {_names(DIALOG)}; of `message`: {_names(MESSAGE)}."


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(title: str, fields: Sequence[str]) -> Iterator[str]:
    yield f"\n## {title}\n\n| field | means |\n|---|---|"
    yield from (f"| `{field}` | {WORDS[field]} |" for field in fields)


if __name__ == "__main__":
    print(reference(), end="")  # noqa: T201 - what the command is for
