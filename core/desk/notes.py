"""Tells which messages of agents are notes that stay inside, and which a person would take for one.

A note that reaches the customer cannot be taken back, so the net for what is asked about is wide; a question costs a
press. Read is what somebody sees: invisible characters do not count, full width is as good as any other.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from core.content.styles import Styled
from core.desk.near_notes import ANYWHERE, AT_END, AT_START, BEGINNING, CLOSE, DRESS, END, OPEN, calling

_MARK = re.compile(rf"{DRESS}(?://|(?:note|private|internal|备注){DRESS}:){DRESS}")
_FIRST = re.compile(r"[\W_]*([a-z]{3,10})\s*(?:[:;]|[-–—](?=\s))")
_SPELT = ("note", "private", "internal")
_HEADING = 40  # characters of a first word or few that are set apart
_NUMBER = re.compile(r"^[\s>•-]*(?:[0-9]{1,3}|[a-z])[.)]\s+")  # of an item of a list
_APART = re.compile(
    rf"[\s>•-]*(?:(?:[0-9]{{1,3}}|[a-z])[.)]\s+)?(?:{OPEN}([^\n]{{1,40}}?){CLOSE}|([*_~`=]{{1,3}})([^*_~`=\n]{{1,40}}?)\2)"
)


def mark_length(text: str) -> int:
    """Returns how many characters at the beginning of a message are the mark of a note; 0 where there is none."""
    shown, places = _shown(text)
    match = _MARK.match(shown)
    return (places[match.end()] if match.end() < len(places) else len(text)) if match else 0


def is_doubtful(text: str, styles: Iterable[Styled] = ()) -> bool:
    """Tells whether a message without a mark reads like a note, so that its author is asked before it is sent."""
    seen = [_shown(each)[0].lstrip() for each in (text, *_headed(text, styles))]
    return any(map(_reads_like_a_note, (*seen, *filter(None, map(_parted, seen)))))


def speaks_to(text: str, names: Iterable[str]) -> bool:
    """Tells whether a message begins by calling one of these people by name."""
    known = {_shown(part)[0].strip() for name in names for part in (name, *name.split()[:1])}
    told = "|".join(re.escape(name) for name in sorted(known) if len(name) > 1)
    return bool(told) and calling(told).match(_shown(text)[0].lstrip()[:BEGINNING]) is not None


def _headed(text: str, styles: Iterable[Styled]) -> Iterator[str]:
    """Writes a colon behind first words that have a look of their own, which parts them from the rest as well."""
    begin = len(text) - len(text.lstrip())
    for style in styles:
        if style.start <= begin < style.end < min(len(text), begin + _HEADING):
            yield f"{text[: style.end].strip()}: {text[style.end :].lstrip()}"


def _parted(shown: str) -> str:
    """Writes a colon behind first words in brackets or marks; "" where there are none."""
    apart = _APART.match(shown, 0, BEGINNING)
    return f"{apart[1] or apart[3]}: {shown[apart.end() :].lstrip()}" if apart else ""


def _reads_like_a_note(shown: str) -> bool:
    first, last = _NUMBER.sub("", shown[:BEGINNING], count=1), shown.rstrip()[-END:]
    begins = any(pattern.match(first) for pattern in AT_START) or _is_misspelt(first)
    has = any(pattern.search(shown) for pattern in ANYWHERE)
    return begins or has or any(pattern.search(last) for pattern in AT_END)


def _is_misspelt(shown: str) -> bool:
    """Tells whether the first word is a mark but for a slip of the fingers."""
    first = _FIRST.match(shown)
    return first is not None and any(_is_near(first[1], word) for word in _SPELT)


def _is_near(word: str, mark: str) -> bool:
    """Tells whether one letter is missing, added, changed or in its neighbour's place."""
    slips = {mark[:n] + mark[n + 1] + mark[n] + mark[n + 2 :] for n in range(len(mark) - 1)}
    if len(word) == len(mark):
        return word in slips or sum(a != b for a, b in zip(word, mark, strict=True)) == 1
    longer, shorter = sorted((word, mark), key=len, reverse=True)
    return len(longer) - len(shorter) == 1 and any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


def _shown(text: str) -> tuple[str, list[int]]:
    """Returns what is seen of a text, in small letters and half width, and from which place each character comes."""
    seen = [(char, at) for at, raw in enumerate(text) for char in _as_seen(raw)]
    return "".join(char for char, _ in seen), [at for _, at in seen]


def _as_seen(char: str) -> Iterator[str]:
    for each in unicodedata.normalize("NFKC", char).casefold():
        if unicodedata.category(each) not in ("Cf", "Mn") and each not in "\u115f\u1160\u3164\u2800":
            yield each
