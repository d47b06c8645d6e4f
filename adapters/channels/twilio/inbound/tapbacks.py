"""Recognises reactions that phones write out as an SMS: `Liked “On its way”`, `👍 to "On its way"`."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import regex

from core.files.documents import Document

_FILE = Path(__file__).parent / "tapbacks.yaml"
_TOO_LONG = 4000  # characters; no phone quotes more
_OPEN, _CLOSE = r"[\"“”„«»「『']", r"[\"“”«»」』']"
_QUOTED = rf"{_OPEN}\s*(?P<quoted>\S.*){_CLOSE}"
_SIGN = r"\p{Extended_Pictographic}\p{Regional_Indicator}"
_EMOJI = rf"[{_SIGN}][{_SIGN}\p{{Emoji_Modifier}}\ufe0f\u200d]*"
# Google Messages puts hair spaces and zero-width spaces around emoji and quotation.
_SPACES = str.maketrans({**dict.fromkeys("\u200a\u2009\u202f\u00a0", " "), "\u200b": "", "’": "'", "‘": "'"})


class _Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    added: dict[str, list[str]]
    added_after: dict[str, list[str]]
    removed: list[str]
    added_emoji: list[str]
    removed_emoji: list[str]
    things: list[str]


class Tapback(NamedTuple):
    """Holds a reaction ("" where it is taken back) and the words that it is about, perhaps cut short."""

    emoji: str
    words: str


def reaction_of(text: str) -> Tapback | None:
    """Reads the reaction that `text` is; None when it is none.

    What it is about is quoted, perhaps cut short: no message can be named by it with certainty.
    """
    if len(text) > _TOO_LONG:
        return None
    bare, patterns = text.translate(_SPACES).strip(), _patterns()
    found = patterns.removed.match(bare)
    if found:
        return Tapback("", _quoted(found))
    found = patterns.added.match(bare)
    if not found:
        return None
    return Tapback(found["emoji"] or patterns.by_words[(found["words"] or found["after"]).casefold()], _quoted(found))


def _quoted(found: regex.Match[str]) -> str:
    return (found["quoted"] or found["thing"] or "").strip()


class _Patterns(NamedTuple):
    added: regex.Pattern[str]
    removed: regex.Pattern[str]
    by_words: dict[str, str]


@cache
def _patterns() -> _Patterns:
    """Compiles the patterns when the first SMS comes: 20 ms that no other process should pay."""
    wording = Document(_FILE).read(_Wording)
    words, after = _flat(wording.added), _flat(wording.added_after)
    target = rf"\s*(?:{_QUOTED}|(?P<thing>{_either(wording.things)}))$"
    emojis = _with_emoji(wording.added_emoji, "P<emoji>")
    added = rf"(?:(?P<words>{_either(words)})|{emojis}){target}|{_QUOTED}(?P<after>{_either(after)})$"
    removed = rf"(?:{_either(wording.removed)}|{_with_emoji(wording.removed_emoji, ':')}){target}"
    return _Patterns(_compiled(added), _compiled(removed), {**words, **after})


def _flat(listed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {phrase.casefold(): emoji for emoji, phrases in listed.items() for phrase in phrases}


def _either(phrases: Iterable[str]) -> str:
    longest_first = sorted(phrases, key=len, reverse=True)
    return "|".join(regex.escape(phrase, literal_spaces=True) for phrase in longest_first)


def _with_emoji(phrases: Iterable[str], group: str) -> str:
    return "|".join(regex.escape(p, literal_spaces=True).replace(r"\{\}", f"(?{group}{_EMOJI})") for p in phrases)


def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE | regex.DOTALL)
