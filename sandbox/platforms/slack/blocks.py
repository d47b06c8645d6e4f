"""Checks Block Kit against the documented limits."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.platforms.slack.errors import SlackError

Json = dict[str, Any]
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
TOTAL_CHARACTERS = 13_200
# How a day and a time stand in an element (docs: Date picker element, Time picker element).
WRITTEN = {"initial_date": re.compile(r"\d{4}-\d{2}-\d{2}"), "initial_time": re.compile(r"\d{2}:\d{2}")}


class Flaw(Exception):
    """One broken rule, with the path to it."""


def check_message(params: Json) -> None:
    """Checks text and blocks of a message; raises SlackError."""
    blocks = params.get("blocks") or []
    if not blocks and not params.get("text") and not params.get("attachments"):
        raise SlackError("no_text")
    check(blocks, MESSAGE_BLOCKS)
    if sum(_characters(block) for block in blocks) > TOTAL_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def check(blocks: Any, limit: int) -> None:
    """Checks a list of blocks; raises SlackError invalid_blocks."""
    try:
        _blocks(blocks, limit)
    except Flaw as flaw:
        error = "invalid_blocks" if limit == MESSAGE_BLOCKS else "invalid_arguments"
        raise SlackError(error, errors=[str(flaw)], response_metadata={"messages": [f"[ERROR] {flaw}"]}) from flaw


def _blocks(blocks: Any, limit: int) -> None:
    if not isinstance(blocks, list):
        raise Flaw("must be an array [json-pointer:/blocks]")
    if len(blocks) > limit:
        raise Flaw(f"no more than {limit} items allowed [json-pointer:/blocks]")
    for index, block in enumerate(blocks):
        _block(block, f"/blocks/{index}")
    _distinct([block["block_id"] for block in blocks if block.get("block_id")], "block_id", "/blocks")


def _block(block: Any, path: str) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in BLOCKS:
        raise Flaw(f"unsupported type: {kind} [json-pointer:{path}/type]")
    _short(block.get("block_id", ""), 255, f"{path}/block_id")
    BLOCKS[kind](block, path)


def _section(block: Json, path: str) -> None:
    fields = block.get("fields") or []
    if not block.get("text") and not fields:
        raise Flaw(f"must provide text or fields [json-pointer:{path}]")
    if block.get("text"):
        _text(block["text"], 3000, f"{path}/text")
    if len(fields) > 10:
        raise Flaw(f"no more than 10 items allowed [json-pointer:{path}/fields]")
    for index, field in enumerate(fields):
        _text(field, 2000, f"{path}/fields/{index}")
    if block.get("accessory"):
        _element(block["accessory"], f"{path}/accessory")


def _header(block: Json, path: str) -> None:
    _plain(block.get("text") or {}, 150, f"{path}/text")


def _context(block: Json, path: str) -> None:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        raise Flaw(f"must have 1 to 10 items [json-pointer:{path}/elements]")
    for index, element in enumerate(elements):
        if element.get("type") != "image":
            _text(element, 3000, f"{path}/elements/{index}")


def _actions(block: Json, path: str) -> None:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        raise Flaw(f"must have 1 to 25 items [json-pointer:{path}/elements]")
    for index, element in enumerate(elements):
        _element(element, f"{path}/elements/{index}")
    _distinct([element["action_id"] for element in elements if element.get("action_id")], "action_id", path)


def _input(block: Json, path: str) -> None:
    _plain(block.get("label") or {}, 2000, f"{path}/label")
    if block.get("hint"):
        _plain(block["hint"], 2000, f"{path}/hint")
    if not block.get("element"):
        raise Flaw(f"missing required field: element [json-pointer:{path}]")
    _element(block["element"], f"{path}/element")


def _markdown(block: Json, path: str) -> None:
    _short(block.get("text", ""), 12_000, f"{path}/text")


def _rich_text(block: Json, path: str) -> None:
    allowed = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
    for index, element in enumerate(block.get("elements") or []):
        if element.get("type") not in allowed:
            raise Flaw(f"unsupported type [json-pointer:{path}/elements/{index}/type]")
    if not block.get("elements"):
        raise Flaw(f"missing required field: elements [json-pointer:{path}]")


def _image(block: Json, path: str) -> None:
    if not block.get("alt_text") or not (block.get("image_url") or block.get("slack_file")):
        raise Flaw(f"missing required field: image_url and alt_text [json-pointer:{path}]")


def _free(_block: Json, _path: str) -> None:
    return


BLOCKS: dict[str, Callable[[Json, str], None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": _free,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "image": _image,
    "file": _free,
    "video": _free,
    "table": _free,
}


def _element(element: Json, path: str) -> None:
    kind = element.get("type")
    if not kind:
        raise Flaw(f"missing required field: type [json-pointer:{path}]")
    if kind != "image":
        _short(element.get("action_id", ""), 255, f"{path}/action_id")
    if kind == "button":
        _button(element, path)
    if "options" in element:
        _options(element, path)
    if element.get("placeholder"):
        _plain(element["placeholder"], 150, f"{path}/placeholder")
    if kind == "plain_text_input":
        _typed(element, path)
    _dated(element, path)


def _dated(element: Json, path: str) -> None:
    for name, written in WRITTEN.items():
        if element.get(name) and not written.fullmatch(element[name]):
            raise Flaw(f"invalid format [json-pointer:{path}/{name}]")


def _typed(element: Json, path: str) -> None:
    most, least = element.get("max_length", 3000), element.get("min_length", 0)
    if not 0 <= least <= most or not 1 <= most <= 3000:
        raise Flaw(f"must be between 1 and 3000 [json-pointer:{path}/max_length]")
    _short(element.get("initial_value", ""), most, f"{path}/initial_value")


def _button(element: Json, path: str) -> None:
    _plain(element.get("text") or {}, 75, f"{path}/text")
    _short(element.get("value", ""), 2000, f"{path}/value")
    _short(element.get("url", ""), 3000, f"{path}/url")
    if element.get("style") not in {None, "primary", "danger"}:
        raise Flaw(f"unsupported style [json-pointer:{path}/style]")
    confirm = element.get("confirm") or {}
    for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if confirm.get(name):
            _text(confirm[name], limit, f"{path}/confirm/{name}")


def _options(element: Json, path: str) -> None:
    limit = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(element["type"], 100)
    if not 1 <= len(element["options"]) <= limit:
        raise Flaw(f"must have 1 to {limit} items [json-pointer:{path}/options]")
    for index, option in enumerate(element["options"]):
        _text(option.get("text") or {}, 75, f"{path}/options/{index}/text")
        _between(option.get("value", ""), 150, f"{path}/options/{index}/value")
        if option.get("description"):
            _text(option["description"], 75, f"{path}/options/{index}/description")
    if element.get("initial_option") and element["initial_option"] not in element["options"]:
        raise Flaw(f"must be one of the options [json-pointer:{path}/initial_option]")


def _plain(text: Json, limit: int, path: str) -> None:
    if text.get("type") != "plain_text":
        raise Flaw(f"must be plain_text [json-pointer:{path}/type]")
    _text(text, limit, path)


def _text(text: Any, limit: int, path: str) -> None:
    if not isinstance(text, dict) or text.get("type") not in {"mrkdwn", "plain_text"}:
        raise Flaw(f"must be a text object [json-pointer:{path}]")
    _between(text.get("text", ""), limit, f"{path}/text")


def _between(text: str, limit: int, path: str) -> None:
    if not text:
        raise Flaw(f"must be more than 0 characters [json-pointer:{path}]")
    _short(text, limit, path)


def _short(text: str, limit: int, path: str) -> None:
    if len(text) > limit:
        raise Flaw(f"must be less than {limit + 1} characters [json-pointer:{path}]")


def _distinct(values: list[str], what: str, path: str) -> None:
    if len(set(values)) < len(values):
        raise Flaw(f"{what} must be unique [json-pointer:{path}]")


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        return sum(
            len(part) if name == "text" and isinstance(part, str) else _characters(part) for name, part in value.items()
        )
    return sum(_characters(part) for part in value) if isinstance(value, list) else 0
