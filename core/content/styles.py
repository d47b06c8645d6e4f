"""Carries how words of a text look beside the text itself, and dresses it as a channel can: marks, entities, or plain.

The text alone reads well anywhere: lists have "• " or "1. ", quoted lines "> ", a link stands behind its label.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Literal

import msgspec

Markup = Literal["", "marks", "entities"]  # "": none; marks in the text (WhatsApp); spans beside the text (Telegram)


class Look(StrEnum):
    """What a span of words is shown as."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strike"
    CODE = "code"
    BLOCK = "block"  # lines of code
    QUOTE = "quote"  # whole lines, which begin with QUOTED
    LINK = "link"  # a label, with BEHIND its address


class Styled(msgspec.Struct, frozen=True, omit_defaults=True):
    """Says how the code points from `start` to before `end` look. `link`: where a label leads."""

    look: Look
    start: int
    end: int
    link: str = ""


class Formatted(msgspec.Struct, frozen=True):
    """Holds a text and the looks of its words."""

    text: str = ""
    styles: tuple[Styled, ...] = ()

    def stripped(self) -> "Formatted":
        """Returns it without white space around."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, len(self.text.rstrip())) if self.text.strip() else Formatted()

    def part(self, start: int, end: int) -> "Formatted":
        """Returns the words from `start` to before `end`, with their looks."""
        return Formatted(self.text[start:end], within(self.styles, start, end))

    def without_start(self, length: int) -> "Formatted":
        """Returns it without its first `length` characters, and the white space then."""
        return self.part(length, len(self.text)).stripped()


Edit = tuple[int, int, str]  # from, to before, what takes its place
QUOTED = "> "
OPENED, CLOSED = "“", "”"  # around a quote where a channel has no markup
_MARKS = {Look.BOLD: "*", Look.ITALIC: "_", Look.STRIKE: "~", Look.CODE: "`", Look.BLOCK: "```"}
_RAW = (Look.CODE, Look.BLOCK)  # where nothing else has a look


def behind(label: str, link: str) -> str:
    """Writes a label with its address behind it."""
    return f"{label} ({link})"


def joined(parts: Sequence[Formatted], between: str = "") -> Formatted:
    """Joins texts in one."""
    styles, at = [], 0
    for part in parts:
        styles += [_moved(style, at) for style in part.styles]
        at += len(part.text) + len(between)
    return Formatted(
        between.join(part.text for part in parts),
        tuple(sorted(_merged(styles), key=lambda style: (style.start, -style.end))),
    )


def edited(said: Formatted, edits: Iterable[Edit]) -> Formatted:
    """Replaces passages, which do not overlap; what is put in where a look begins or ends stays outside of it."""
    made = sorted(edits)
    pieces, at = [], 0
    for start, end, new in made:
        pieces += [said.text[at:start], new]
        at = end
    styles = []
    for style in said.styles:
        start, end = _place(made, style.start, is_start=True), _place(made, style.end, is_start=False)
        if start < end:
            styles.append(msgspec.structs.replace(style, start=start, end=end))
    return Formatted("".join([*pieces, said.text[at:]]), tuple(styles))


def line_starts(text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Lists where lines begin, from `start`, which begins one, to before `end`."""
    end = len(text) if end is None else end
    while start < end:
        yield start
        following = text.find("\n", start)
        start = following + 1 if following >= 0 else end


def within(styles: Iterable[Styled], start: int, end: int) -> tuple[Styled, ...]:
    """Returns the looks of a part of the text, as places in that part."""
    cut = (
        msgspec.structs.replace(style, start=max(style.start, start) - start, end=min(style.end, end) - start)
        for style in styles
    )
    return tuple(style for style in cut if style.start < style.end)


def shaped(said: Formatted, markup: Markup) -> Formatted:
    """Writes a text as a channel shows it, with the looks that it has there beside the text; none where it has none."""
    if markup == "marks" or not said.styles:
        return said
    edits: list[Edit] = []
    raw = [style for style in said.styles if style.look in _RAW]  # in which a link is none, and its address stays
    for style in said.styles:
        if style.look is Look.QUOTE:
            edits += [(at, at + len(QUOTED), "") for at in _quoted(said.text, style)]
            edits += [] if markup else [(style.start, style.start, OPENED), (style.end, style.end, CLOSED)]
        elif style.look is Look.LINK and markup and not _meets(style, raw):
            tail = behind("", style.link)
            edits += [(style.end - len(tail), style.end, "")] if said.text[: style.end].endswith(tail) else []
    written = edited(said, edits)
    return Formatted(written.text, nested(written.styles)) if markup else Formatted(written.text)


def marked(said: Formatted) -> str:
    """Writes the looks as marks in the text, like `*bold*`, line by line, where a phone reads them as such."""
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for style in nested(said.styles):
        mark = _MARKS.get(style.look, "")
        for start, end in _spans(said.text, style, mark) if mark else ():
            opening.setdefault(start, []).append(mark)
            closing.setdefault(end, []).insert(0, mark)
    pieces, at = [], 0
    for place in sorted({*opening, *closing}):
        pieces += [said.text[at:place], *closing.get(place, ()), *opening.get(place, ())]
        at = place
    return "".join([*pieces, said.text[at:]])


def nested(styles: Iterable[Styled]) -> tuple[Styled, ...]:
    """Lays looks into one another, outer ones first: what overlaps is parted; code has no other look."""
    raw = [style for style in styles if style.look in _RAW]
    waiting = [style for style in styles if style.look in (*_RAW, Look.QUOTE) or not _meets(style, raw)]
    waiting.sort(key=lambda style: (style.start, -style.end))
    found: list[Styled] = []
    around: list[Styled] = []
    while waiting:
        style = waiting.pop(0)
        while around and around[-1].end <= style.start:
            around.pop()
        if around and around[-1].end < style.end:
            rest = msgspec.structs.replace(style, start=around[-1].end)
            style = msgspec.structs.replace(style, end=around[-1].end)
            waiting.append(rest)
            waiting.sort(key=lambda each: (each.start, -each.end))
        found.append(style)
        around.append(style)
    return tuple(found)


def _meets(style: Styled, others: Iterable[Styled]) -> bool:
    return any(style.start < other.end and other.start < style.end for other in others)


def _spans(text: str, style: Styled, mark: str) -> Iterator[tuple[int, int]]:
    """Lists where marks go: close to the words of each line; nowhere inside a word, or around such a mark."""
    if style.look is Look.BLOCK:
        yield from [] if mark in text[style.start : style.end] else [(style.start, style.end)]
        return
    for first in line_starts(text, style.start, style.end):
        last = text.find("\n", first, style.end)
        words = text[first : last if last >= 0 else style.end]
        start = first + len(words) - len(words.lstrip())
        end = start + len(words.strip())
        around = text[max(start - 1, 0) : start] + text[end : end + 1]
        if start < end and mark not in text[start:end] and not any(map(str.isalnum, around)):
            yield start, end


def _quoted(text: str, style: Styled) -> Iterator[int]:
    return (at for at in line_starts(text, style.start, style.end) if text.startswith(QUOTED, at))


def _moved(style: Styled, by: int) -> Styled:
    return msgspec.structs.replace(style, start=style.start + by, end=style.end + by)


def _merged(styles: Iterable[Styled]) -> Iterator[Styled]:
    """Joins looks of one kind that follow one another."""
    last: dict[tuple[Look, str], Styled] = {}
    for style in styles:
        key = style.look, style.link
        known = last.get(key)
        if known and known.end == style.start and style.look not in (Look.QUOTE, Look.BLOCK):
            last[key] = msgspec.structs.replace(known, end=style.end)
            continue
        if known:
            yield known
        last[key] = style
    yield from last.values()


def _place(edits: Sequence[Edit], at: int, *, is_start: bool) -> int:
    """Finds where a place is after the edits."""
    moved = at
    for start, end, new in edits:
        if start > at or (start == at and not (is_start and start == end)):
            break
        if end > at:
            return moved - (at - start)
        moved += len(new) - (end - start)
    return moved
