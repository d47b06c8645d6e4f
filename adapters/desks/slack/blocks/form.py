"""Renders a form as Slack's modal, and reads what was filled in (docs: Views, Block Kit input elements)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from adapters.desks.slack.blocks.elements import Block, cut, plain
from core.desk.events import Pressed
from core.desk.forms import Field, Form, Option, Passage
from core.desk.workspaces import account_of, bare

TITLE, LABEL, HINT, OPTION, OPTIONS, TEXT, PASSAGE = 24, 2000, 2000, 75, 100, 3000, 3000
CHANGED = "form_changed"  # the action id of a field that redraws; all others have their own


class Carried(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds what a view carries through Slack (private_metadata): whose form it is, and where it was opened."""

    subject: str
    place: str = ""
    thread: str = ""
    message: str = ""


def modal(form: Form, opened_by: Pressed) -> Block:
    """Renders the form as a view."""
    carried = Carried(form.subject, bare(opened_by.place), opened_by.thread, opened_by.message)
    items = [_known(item, account_of(opened_by.user)) for item in form.items]
    view: Block = {
        "type": "modal",
        "callback_id": form.id,
        "private_metadata": msgspec.json.encode(carried).decode(),
        "title": plain(form.title, TITLE),
        "close": plain("Cancel" if form.submit else "Close", TITLE),
        "blocks": [_block(item) for item in items],
    }
    return {**view, "submit": plain(form.submit, TITLE)} if form.submit else view


def carried(metadata: str) -> Carried:
    """Reads what a view carried. Raises msgspec.MsgspecError."""
    return msgspec.json.decode(metadata, type=Carried)


def values(state: Mapping[str, Any]) -> dict[str, str]:
    """Reads what is filled in, `view.state.values`, by field; an empty one is left out."""
    found = ((field, _value(entry)) for field, entries in state.items() for entry in _entries(entries))
    return {field: value for field, value in found if value}


def _entries(entries: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in entries.values() if isinstance(each, dict)) if isinstance(entries, dict) else iter(())


def _value(entry: Mapping[str, Any]) -> str:
    option = entry.get("selected_option")
    if isinstance(option, dict):
        return str(option.get("value") or "")
    names = ("value", "selected_user", "selected_date", "selected_time")
    return next((str(entry[name]) for name in names if entry.get(name)), "")


def options(found: tuple[Option, ...]) -> list[Block]:
    """Renders options, as an input has them and as a search answers."""
    return [{"text": plain(each.label, OPTION), "value": each.id[:150]} for each in found[:OPTIONS]]


def _block(item: Field | Passage) -> Block:
    if isinstance(item, Passage):
        return _passage(item)
    return _button(item) if item.kind == "button" else _input(item)


def _button(field: Field) -> Block:
    """Renders a button in a form, which draws it anew (`block_actions`): an input it is not."""
    button = {"type": "button", "action_id": CHANGED, "text": plain(field.label, OPTION)}
    return {"type": "actions", "block_id": field.id, "elements": [button]}


def _known(item: Field | Passage, account: str) -> Field | Passage:
    """Names a person by the id that their workspace knows; in the form of another workspace nobody."""
    if isinstance(item, Passage) or item.kind != "person":
        return item
    return replace(item, value=bare(item.value) if account_of(item.value) == account else "")


def _passage(passage: Passage) -> Block:
    return {"type": "section", "text": plain(passage.text, PASSAGE)}


def _input(field: Field) -> Block:
    element = {"action_id": CHANGED if field.redraws else field.id, **_ELEMENTS[field.kind](field)}
    block: Block = {
        "type": "input",
        "block_id": field.id,
        "label": plain(field.label, LABEL),
        "element": element,
        "optional": field.is_optional,
    }
    if field.hint:
        block["hint"] = plain(field.hint, HINT)
    return {**block, "dispatch_action": True} if field.redraws else block


def _text(field: Field) -> Block:
    start = {"initial_value": cut(field.value, TEXT)} if field.value else {}
    return {"type": "plain_text_input", "multiline": field.kind == "text", "max_length": TEXT, **start}


def _choice(field: Field) -> Block:
    shown = options(field.options)
    start = next((each for each in shown if each["value"] == field.value), None)
    return {"type": "static_select", "options": shown, **({"initial_option": start} if start else {})}


def _search(field: Field) -> Block:
    start = next((each for each in options(field.options) if each["value"] == field.value), None)
    return {"type": "external_select", "min_query_length": 0, **({"initial_option": start} if start else {})}


def _simple(kind: str, start: str) -> Callable[[Field], Block]:
    return lambda field: {"type": kind, **({start: field.value} if field.value else {})}


_ELEMENTS: Mapping[str, Callable[[Field], Block]] = {
    "line": _text,
    "text": _text,
    "choice": _choice,
    "search": _search,
    "person": _simple("users_select", "initial_user"),
    "date": _simple("datepicker", "initial_date"),
    "time": _simple("timepicker", "initial_time"),
}
