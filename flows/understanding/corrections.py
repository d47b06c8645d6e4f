"""Reads what a correction means: "no, 1 not 2" is 1; "I meant exchange" is exchange."""

import re
from typing import NamedTuple

from flows.understanding.normalise import clean, folded
from flows.understanding.values.numbers import small_number

MOST = 99  # pieces: larger numbers are no quantities
_CLAUSE = re.compile(r"[,.!?;:，。！？；：、\n]+|\bbut\b|但是|但|不过|而不是")
_NOT = re.compile(r"\b(?:not|\w+n't|instead of|rather than)\b.*|^(?:也)?不是.*")
_LEAD = re.compile(
    r"^(?:(?:no|nope|yes|ok|sorry|wait|oops|actually|i (?:meant|mean|said)|never ?mind|forget (?:it|that)"
    r"|算了|不|不对|不對)(?:\s+|$))+"
)
_MARK = re.compile(
    r"\b(?:no|sorry|wait|oops|actually|i (?:meant|mean|said)|make (?:it|that)|(?:it )?should (?:be|have been)|instead"
    r"|chang\w*|correct|edit|update|fix|wrong|different|another|not|rather|mistake|never ?mind|forget (?:it|that))\b"
    r"|不是|不对|不對|搞错|弄错|说错|說錯|选错|選錯|写错|应该是|應該是|我是说|我是說|我的意思是|改(?:成|为|為)?|换成|換成|更正|错了|算了"
    r"|还是.{0,8}吧|還是.{0,8}吧"
)
_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")


class Correction(NamedTuple):
    """Holds a message as a correction: without the words that mark it as one, without what it takes back, whether it
    had such words; and as it was written."""

    bare: str
    meant: str
    marked: bool
    said: str


def read_correction(text: str) -> Correction:
    """Reads a message as the correction that it would be."""
    said = clean(text).casefold()
    clauses = [_LEAD.sub("", _NOT.sub("", clause).strip()) for clause in _CLAUSE.split(said)]
    meant = " ".join(filter(None, clauses))
    return Correction(folded(_MARK.sub(" ", said)), meant, _MARK.search(said) is not None, text)


def number_in(meant: str) -> int | None:
    """Reads the only small number in a correction: "make it 1", "只要一件"; None where there is none, or several."""
    bare = re.sub(r"\s+", " ", _MARK.sub(" ", meant)).strip()
    number = small_number(bare)
    if number is None:
        found = set(_NUMBER.findall(bare)) if not re.search(r"\d{3}", bare) else set()
        number = int(found.pop()) if len(found) == 1 else None
    return number if number is not None and 0 < number <= MOST else None
