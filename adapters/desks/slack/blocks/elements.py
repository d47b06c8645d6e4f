"""Builds the elements of Block Kit that our messages are made of.

What a customer or a store wrote stands in `plain_text` or `rich_text`, where Slack reads no markup.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import msgspec

from core.content.text import shorten
from core.desk.glances import ButtonGlance

Block = dict[str, Any]
Line = list[Block]  # the elements of one line of rich text

LABEL, VALUE = 75, 2000  # of a button
SPARE = 100  # characters beyond a limit that are looked at, for whole signs: a text may be very long


class Rendering(msgspec.Struct, frozen=True):
    """Carries a message for Slack: escaped `text` for notifications and screen readers, `blocks` for the screen."""

    text: str
    blocks: tuple[Block, ...]


def plain(text: str, limit: int) -> Block:
    """Makes a text object without markup, cut to `limit`."""
    return {"type": "plain_text", "text": cut(text, limit), "emoji": False}


def rich(lines: list[Line]) -> list[Block]:
    """Makes one block with one section of these lines; a section has no lines of its own, so the breaks are text."""
    elements = [element for line in lines for element in (literal("\n"), *line)][1:]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}] if lines else []


def literal(text: str, **style: bool) -> Block:
    """Makes an element of rich text, like `literal("Bot: ", bold=True)`."""
    element: Block = {"type": "text", "text": text}
    return {**element, "style": style} if style else element


def cut(text: str, limit: int) -> str:
    """Cuts a text to what an object takes: Slack counts UTF-16 units and refuses empty texts."""
    return shorten(text.strip()[: limit + SPARE], limit, "utf16") or "–"


def weight(value: Any) -> int:
    """Counts the characters of blocks in UTF-16 units: all of them, as Slack does not say which it counts."""
    match value:
        case str():
            return len(value.encode("utf-16-le", "surrogatepass")) // 2
        case dict():
            return sum(map(weight, value.values()))
        case list() | tuple():
            return sum(map(weight, value))
        case _:
            return 0


def button_rows(shown: Iterable[ButtonGlance]) -> list[Block]:
    """Makes an `actions` block of each row of these buttons, and no block when there are no buttons."""
    rows = groupby(shown, key=lambda each: each.row)
    return [{"type": "actions", "elements": [_button(each) for each in row]} for _, row in rows]


def _button(shown: ButtonGlance) -> Block:
    label = plain(shown.label, LABEL)
    button = {"type": "button", "action_id": shown.id, "text": label, "value": shown.value[:VALUE]}
    return {**button, "style": shown.style} if shown.style else button
