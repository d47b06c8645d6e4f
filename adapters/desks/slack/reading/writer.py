"""Writes what Slack's elements show as a text with looks: links, mentions and emoji in words."""

import re
from collections.abc import Collection

from adapters.desks.slack.reading.emoji_names import in_words
from core.content.styles import QUOTED, Formatted, Look, Styled, behind, edited, joined, line_starts


class Writer:
    """Collects pieces of a text. `is_seen` tells whether any but custom emoji, which only the workspace has."""

    def __init__(self) -> None:
        self._pieces: list[Formatted] = []
        self.is_seen = False

    @property
    def said(self) -> Formatted:
        """Returns what was written."""
        return joined(self._pieces)

    def add(self, text: str, looks: Collection[Look] = ()) -> None:
        """Writes words."""
        self.is_seen = self.is_seen or bool(text.strip())
        self._pieces.append(_styled(text, looks))

    def link(self, target: str, label: str, looks: Collection[Look] = ()) -> None:
        """Writes a link: its label and address, one of them where they are the same, a bare number or e-mail."""
        bare = re.sub(r"^(?:mailto|tel):", "", target)
        if bare != target or not label or _same_link(label, bare):
            self.add(bare, looks)
            return
        shown = behind(label, bare)
        self.is_seen = True
        self._pieces.append(_styled(shown, looks, Styled(Look.LINK, 0, len(shown), bare)))

    def custom(self, name: str, looks: Collection[Look] = ()) -> None:
        """Writes the name of an emoji that only the workspace has."""
        self._pieces.append(_styled(in_words(name), looks))

    def put(self, other: "Writer", said: Formatted) -> None:
        """Writes what another writer made."""
        self.is_seen = self.is_seen or other.is_seen
        self._pieces.append(said)


def quoted(said: Formatted) -> Formatted:
    """Makes whole lines a quote."""
    lines = edited(said, [(at, at, QUOTED) for at in line_starts(said.text)])
    return Formatted(lines.text, (Styled(Look.QUOTE, 0, len(lines.text)), *lines.styles)) if lines.text else lines


def item(said: Formatted, mark: str, indent: int) -> Formatted:
    """Makes an item of a list, whose further lines stand below the first."""
    starts = list(line_starts(said.text)) or [0]
    first, *more = starts
    room = "  " * indent
    return edited(said, [(first, first, f"{room}{mark} "), *((at, at, room + " " * (len(mark) + 1)) for at in more)])


def _styled(text: str, looks: Collection[Look], *more: Styled) -> Formatted:
    return Formatted(text, (*(Styled(look, 0, len(text)) for look in looks if text), *more))


def _same_link(label: str, target: str) -> bool:
    """Tells whether a label repeats its link: Slack labels an address typed without its scheme with what was typed."""
    typed = {target.rstrip("/").casefold(), re.sub(r"^https?://", "", target).rstrip("/").casefold()}
    return label.rstrip("/").casefold() in typed
