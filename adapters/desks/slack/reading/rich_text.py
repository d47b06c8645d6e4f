"""Reads the rich text that Slack's composer makes (docs: "Rich text block") as a text with looks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from adapters.desks.slack.reading.emoji_names import from_code_points, named
from adapters.desks.slack.reading.writer import Writer, item, quoted
from core.content.styles import Formatted, Look, Styled, joined

RICH_TEXT = "rich_text"
_CHANNEL = re.compile(r"<#(\w+)\|([^<>]*)>")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Style(msgspec.Struct):
    """Says how one element looks."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False


class Element(msgspec.Struct):
    """Carries an element of rich text of any type; what a type does not have is empty."""

    type: str
    elements: "list[Element]" = []
    style: Any = None  # of words a Style, of a list "bullet" or "ordered"
    text: str = ""
    url: str = ""
    name: str = ""
    unicode: str = ""
    skin_tone: int | None = None
    user_id: str = ""
    usergroup_id: str = ""
    channel_id: str = ""
    range: str = ""
    fallback: str = ""
    value: str = ""
    indent: int = 0
    offset: int = 0


def read_blocks(blocks: Any, markup: str) -> Formatted | None:
    """Reads a message's blocks; None where they are anything but rich text, and its `markup` has to do.

    `markup` names the channels that the blocks only number. What is nothing but custom emoji is empty.
    """
    try:
        read = msgspec.convert(blocks, list[Element])
    except (msgspec.ValidationError, RecursionError):
        return None
    if not read or any(block.type != RICH_TEXT for block in read):
        return None
    writer = Writer()
    channels = dict(_CHANNEL.findall(markup))
    for n, element in enumerate(each for block in read for each in block.elements):
        inner = Writer()
        said = _block(inner, element, channels)
        writer.put(inner, joined([Formatted("\n" if n else ""), said]))
    return writer.said.stripped() if writer.is_seen else Formatted()


def _block(writer: Writer, element: Element, channels: Mapping[str, str]) -> Formatted:
    """Writes one block of the text, without the break that Slack puts at its end."""
    if element.type == "rich_text_list":
        return joined(list(_items(writer, element, channels)), "\n")
    for each in element.elements:
        _write(writer, each, channels)
    said = _unbroken(writer.said)
    if element.type == "rich_text_quote":
        return quoted(said)
    if element.type == "rich_text_preformatted":
        return Formatted(said.text, (Styled(Look.BLOCK, 0, len(said.text)),) if said.text else ())
    return said


def _unbroken(said: Formatted) -> Formatted:
    return said.part(0, len(said.text) - 1) if said.text.endswith("\n") else said


def _items(writer: Writer, list_: Element, channels: Mapping[str, str]) -> Iterator[Formatted]:
    for n, section in enumerate(list_.elements, 1 + max(list_.offset, 0)):
        inner = Writer()
        for each in section.elements:
            _write(inner, each, channels)
        writer.put(inner, Formatted())
        indent = max(list_.indent, 0)
        yield item(_unbroken(inner.said), _number(n, indent) if list_.style == "ordered" else "•", indent)


def _number(n: int, indent: int) -> str:
    """Numbers an item as Slack does: 1. on the first level, a. on the second."""
    return f"{_LETTERS[(n - 1) % 26]}." if indent % 3 == 1 else f"{n}."


def _write(writer: Writer, element: Element, channels: Mapping[str, str]) -> None:
    looks = _looks(element.style)
    match element.type:
        case "text":
            writer.add(element.text, looks)
        case "link":
            writer.link(element.url, element.text, looks)
        case "emoji":
            tone = str(element.skin_tone) if element.skin_tone else None
            char = named(element.name, tone) or from_code_points(element.unicode)
            writer.add(char, looks) if char else writer.custom(element.name, looks)
        case "user":
            writer.add(f"@{element.user_id}", looks)
        case "usergroup":
            writer.add(f"@{element.usergroup_id}", looks)
        case "broadcast":
            writer.add(f"@{element.range}", looks)
        case "channel":
            writer.add(f"#{channels.get(element.channel_id, element.channel_id)}", looks)
        case _:
            writer.add(element.fallback or element.text or element.value, looks)


def _looks(style: Any) -> Sequence[Look]:
    try:
        given = msgspec.convert(style, Style) if isinstance(style, dict) else Style()
    except msgspec.ValidationError:
        return ()
    if given.code:
        return (Look.CODE,)
    told = ((given.bold, Look.BOLD), (given.italic, Look.ITALIC), (given.strike, Look.STRIKE))
    return [look for has, look in told if has]
