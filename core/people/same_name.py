"""Compares a person's name as they write it with the name on an order."""

import re
import unicodedata
from collections import Counter
from itertools import permutations

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]")
_TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "herr", "frau", "mme", "jr", "sr", "ii", "iii")
)
_HAN_TITLES = re.compile(r"(?:先生|女士|小姐|太太|老师|老師|同学|同學)$")
_MARKS = re.compile(r"['’‘`´.·•‧・-]")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
MOST_WORDS = 5


def same_name(said: str, known: str) -> bool:
    """Tells whether both are the full name of one person: caseless, without accents and titles, in any order of first
    and last name, with or without middle names. A first name alone is nobody's full name."""
    one, other = _words(said), _words(known)
    if not (_is_full(one) and _is_full(other)):
        return False
    if _HAN.search("".join(one)) or _HAN.search("".join(other)):
        return _joined_alike(one, other)
    return _alike(Counter(one), Counter(other)) or _joined_alike(one, other)


def name_form(name: str) -> str:
    """Returns the form under which tries of a name are counted: its words without initials, whatever their order."""
    return " ".join(sorted(word for word in _words(name) if len(word) > 1 or _HAN.search(word)))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    before, comma, after = bare.partition(",")
    spaced = re.sub(r"[\s,_]+", " ", _MARKS.sub(" ", f"{after} {before}" if comma else bare)).strip()
    words = [word for word in spaced.split(" ") if word and word not in _TITLES]
    return [found for word in words if (found := unicodedata.normalize("NFC", _HAN_TITLES.sub("", word)))]


def _is_full(words: list[str]) -> bool:
    if any(_HAN.search(word) for word in words):
        return len("".join(words)) > 1
    return len([word for word in words if len(word) > 1]) > 1


def _alike(one: Counter[str], other: Counter[str]) -> bool:
    """Tells whether both have first and last name, and what one has besides is all in the other; a letter stands for a
    middle name."""
    common = one & other
    if sum(len(word) > 1 for word in common.elements()) < 2:
        return False
    left, right = one - common, other - common
    return _explained(left, right) or _explained(right, left)


def _explained(middle: Counter[str], by: Counter[str]) -> bool:
    return all(any(word[0] == each[0] and 1 in (len(word), len(each)) for each in by) for word in middle)


def _joined_alike(one: list[str], other: list[str]) -> bool:
    """Tells whether both are the same letters, however they are parted: "Xiao Ming Wang" and "Xiaoming Wang"."""
    if max(len(one), len(other)) > MOST_WORDS:
        return False
    return bool({"".join(each) for each in permutations(one)} & {"".join(each) for each in permutations(other)})
