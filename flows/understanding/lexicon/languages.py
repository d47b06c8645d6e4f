"""Tells which language a customer writes, and which one they ask for."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from core.files.documents import Place, mapping, place, read, sequence, text
from flows.understanding.cues import expressions
from flows.understanding.normalise import clean, folded
from flows.understanding.values.codes import EMAIL

FILE = Path(__file__).parent / "languages.yaml"
SIGNS, WORDS = 4, 3  # how much must be written until it counts
_FOREIGN = 2  # small words of a language, besides English, that make a sentence of it
_WORD = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]+(?:['-][a-z\u00c0-\u024f]+)*")
_LINK = re.compile(r"https?://\S+|www\.\S+")
_CLAUSE = re.compile(r"[,.!?;:，。！？；：、\n]+")
_ENGLISH = "en"


class Languages(NamedTuple):
    """Holds the languages: their names in themselves, their signs, their small words, how each is asked for; and all
    their names."""

    own: Mapping[str, str]
    scripts: Mapping[str, re.Pattern[str]]
    words: Mapping[str, frozenset[str]]
    asked_for: Mapping[str, re.Pattern[str]]
    named: re.Pattern[str]

    def written(self, message: str) -> str:
        """Tells in which language a message is written; "" where it is too short to tell."""
        said = _LINK.sub(" ", EMAIL.sub(" ", clean(message))).casefold().replace("’", "'")
        words = _WORD.findall(said)
        signs = {code: len(script.findall(said)) for code, script in self.scripts.items()}
        # Japanese has Chinese signs too, and Chinese none of the Japanese ones.
        own = [code for code, count in signs.items() if count >= SIGNS]
        if own:
            return min(own, key=lambda code: (code == "zh", -signs[code])) if max(signs.values()) >= len(words) else ""
        return self._by_words(words) if len(words) >= WORDS else ""

    def guessed(self, message: str) -> str:
        """Tells the likeliest language, of however few words; "" for signs, numbers and faces."""
        found = self.written(message) or next((code for code, own in self.scripts.items() if own.search(message)), "")
        return found or (_ENGLISH if _WORD.search(message.casefold()) else "")

    def asked(self, message: str) -> str:
        """Tells which language a message asks for: "english please"; "" for none."""
        clauses = [said for clause in _CLAUSE.split(clean(message)) if self.named.search(said := folded(clause))]
        found = (code for clause in clauses for code, asks in self.asked_for.items() if asks.fullmatch(clause))
        return next(found, "")

    def _by_words(self, words: list[str]) -> str:
        counts = {code: sum(word in own for word in words) for code, own in self.words.items()}
        best = max(counts, key=lambda code: (counts[code], code == _ENGLISH))
        return best if counts[best] >= (1 if best == _ENGLISH else _FOREIGN) else ""


@lru_cache(maxsize=256)
def language_of(locale: str) -> str:
    """Returns the language of a locale: "zh" of zh-HK. Kept: a turn asks for it dozens of times."""
    return re.split(r"[-_]", locale, maxsplit=1)[0].lower()


def load_languages(path: Path) -> Languages:
    """Reads `languages.yaml`. Raises ConfigurationError."""
    document = mapping(Place(str(path), 1), read(path), ("languages", "asking"))
    listed = mapping(place(path, document, "languages"), document.get("languages"))
    asking = "|".join(f"(?:{each})" for each in expressions(place(path, document, "asking"), document["asking"]))
    found: dict[str, Mapping[str, Any]] = {}
    for code in listed:
        where = place(path, listed, code)
        found[code] = mapping(where, listed[code], ("own", "names", "script", "words"))
        text(where, found[code].get("own"))
        sequence(where, found[code].get("names"))
    return Languages(
        own={code: str(fields["own"]) for code, fields in found.items()},
        scripts={code: re.compile(fields["script"]) for code, fields in found.items() if "script" in fields},
        words={code: frozenset(map(str, fields["words"])) for code, fields in found.items() if "words" in fields},
        asked_for={code: re.compile(asking.replace("NAME", _any(fields["names"]))) for code, fields in found.items()},
        named=re.compile(_any([name for fields in found.values() for name in fields["names"]])),
    )


def _any(names: Any) -> str:
    return f"(?:{'|'.join(re.escape(folded(str(name))) for name in names)})"


LANGUAGES = load_languages(FILE)
