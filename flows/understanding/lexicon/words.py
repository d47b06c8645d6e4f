"""Reads the small words of all languages together: customers mix them."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from core.files.documents import Place, files, mapping, place, read, sequence
from core.locales import HAN
from flows.understanding.cues import expressions, joined

FOLDER = Path(__file__).parent / "words"
_LISTS = ("common", "answers", "several", "last")
_EXPRESSIONS = (
    "joined",
    "contrast",
    "refusal",
    "refusing",
    "asking",
    "pointing",
    "elsewhere",
    "another_order",
    "things",
    "everything",
    "left_out",
    "adding",
    "dropping",
    "only",
)
_SIGNS = r"[,.!?;:，。！？；：、\n()]+"  # between clauses, in every language


class Words(NamedTuple):
    """Holds the words. `refused` finds what refuses the words that come next; `clause` parts a text into clauses."""

    common: frozenset[str]
    answers: frozenset[str]
    several: frozenset[str]
    last: frozenset[str]
    dates: Mapping[str, str]
    joined: re.Pattern[str]
    clause: re.Pattern[str]
    refusal: re.Pattern[str]
    refused: re.Pattern[str]
    asking: re.Pattern[str]
    pointing: re.Pattern[str]
    elsewhere: re.Pattern[str]
    things: re.Pattern[str]
    another_order: re.Pattern[str]
    everything: re.Pattern[str]
    left_out: re.Pattern[str]
    adding: re.Pattern[str]
    dropping: re.Pattern[str]
    only: re.Pattern[str]


def load_words(paths: Iterable[Path]) -> Words:
    """Reads `words/<locale>.yaml`. Raises ConfigurationError."""
    found: dict[str, list[str]] = {name: [] for name in (*_LISTS, *_EXPRESSIONS)}
    dates: dict[str, str] = {}
    for path in paths:
        document = mapping(Place(str(path), 1), read(path), (*found, "dates"))
        for name in _LISTS:
            found[name] += map(str, sequence(place(path, document, name), document.get(name) or []))
        for name in _EXPRESSIONS:
            found[name] += expressions(place(path, document, name), document.get(name) or [])
        dates |= mapping(place(path, document, "dates"), document.get("dates") or {})
    plain = {name: joined(found[name]) for name in _EXPRESSIONS}
    return Words(
        common=frozenset(found["common"]),
        answers=frozenset(found["answers"]),
        several=frozenset(found["several"]),
        last=frozenset(found["last"]),
        dates=dates,
        joined=plain["joined"],
        clause=re.compile(f"{_SIGNS}|{plain['contrast'].pattern}"),
        refusal=plain["refusal"],
        refused=_refused(found["refusing"]),
        asking=_asking(found["asking"]),
        pointing=plain["pointing"],
        elsewhere=plain["elsewhere"],
        things=plain["things"],
        another_order=plain["another_order"],
        everything=plain["everything"],
        left_out=plain["left_out"],
        adding=plain["adding"],
        dropping=plain["dropping"],
        only=plain["only"],
    )


def _refused(listed: Iterable[str]) -> re.Pattern[str]:
    """Finds a refusal at the end of what stands before a word, a few others between them."""
    own = {han: "|".join(each for each in listed if bool(HAN.search(each)) is han) or "(?!)" for han in (True, False)}
    return re.compile(rf"(?<!\w)(?:{own[False]})(?: \w+){{0,4}} ?$|(?:{own[True]})\S{{0,2}}$")


def _asking(listed: Iterable[str]) -> re.Pattern[str]:
    """Finds a question: by its first word, or in Chinese by any."""
    return re.compile("|".join(each if HAN.search(each) else rf"^{each}\b" for each in listed))


WORDS = load_words(files(FOLDER))
