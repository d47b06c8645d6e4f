"""Masks what says who somebody is or where they live, for people who look on: rather too much than too little.

masked("Jane here, call +1 202 555 0101 about #1001", Known(("Jane Doe",)))    # "••• here, call ••• about #1001"
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from core.content import payment_secrets
from core.content.payment_secrets import in_ascii

HIDDEN = "•••"


class Known(NamedTuple):
    """Holds what is known of a customer: names, each word of which is theirs; lines of addresses, and whatever else is
    theirs as a whole; and numbers of orders, which stay."""

    names: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


NOTHING = Known()
SHORTEST = 7  # digits of a phone number
HAN = r"\u3040-\u30ff\u3400-\u9fff"

EMAIL = re.compile(rf"[^\s@{HAN}]*@[^\s@{HAN}]+")
STREET = re.compile(
    r"\b\d+\s?[a-z]?,?\s+(?:(?!(?:is|was|are|on|in|its|my|your|days?|hours?)\b)[^\W\d_]+\.?\s+){0,3}"
    r"(?:street|str|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|square|terrace)\b\.?"
    rf"|(?:(?![住在到是址寄送])[{HAN}]){{1,6}}(?:路|街|巷|弄|大道)\s?\d+\s?(?:号|號|弄)?(?:\s?\d+\s?(?:号楼|號樓|栋|棟|楼|樓|单元|單元|室|房))*",
    re.IGNORECASE,
)
INTRODUCED = re.compile(
    r"(?i:\b(?:my|the|full)\s+(?:full\s+)?name(?:'s|\s+is|:)|\bname:|\bi(?:'m|\s+am)\s+called|\b(?:under|for)\s+the\s+name)"
    r"\s+(?P<plain>[^\W\d_][\w'’-]*(?:\s+(?!(?i:and|but|i|my|the|from|with)\b)[^\W\d_][\w'’-]*){0,2})"
    r"|(?i:\bi(?:'m|\s+am)|\bthis\s+is|\b(?:mr|mrs|ms|dr)\.?|\b(?:regards|cheers|yours|sincerely|thanks)\s*,)"
    r"\s+(?P<shown>[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,2})"
    rf"|(?:我叫|姓名[是为為:]?|名字[是叫为為]|收[件货貨]人[是为為:]?)\s?(?P<han>[{HAN}]{{2,4}})"
    rf"|我是(?P<self>[{HAN}]{{2,3}})(?=[\s,.!，。！]|$)"
)
_HAN_EMAIL = re.compile(rf"[\w.+-]*(?:[{HAN}]@|@[{HAN}])[\w.-]*")  # 张三@例子.中国
_BETWEEN = r"[^\w\n:,;!?#&=]{0,4}"  # signs and spaces in a number; no letter, and nothing that parts two numbers
_NUMBER = re.compile(rf"\+?\(?\d(?:{_BETWEEN}\d){{{SHORTEST - 1},}}")
_SPELLED = re.compile(rf"[零〇一二三四五六七八九两](?:[\s-]?[零〇一二三四五六七八九两]){{{SHORTEST - 1},}}")
_SHAPES = EMAIL, _HAN_EMAIL, STREET, _SPELLED
_DAY = re.compile(r"(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])")
_BLANK = re.compile(r"[\s·•,]+")


def masked(text: str, known: Known = NOTHING) -> str:
    """Returns the words without e-mails, phones, cards, streets and names that are said to be one, and without what is
    known of the customer."""
    plain = in_ascii(text)
    spans = [each.span() for pattern in (*_SHAPES, *_patterns(known)) for each in pattern.finditer(plain)]
    spans += [each.span(each.lastgroup or 0) for each in INTRODUCED.finditer(plain)]
    return payment_secrets.masked(_without(text, [*spans, *_numbers(plain, known)]))


@lru_cache(64)  # a page shows many words of one customer
def _patterns(known: Known) -> tuple[re.Pattern[str], ...]:
    names = [pattern_of(part) for part in parts_of(map(in_ascii, known.names))]
    return (*names, *(pattern_of(line) for line in map(in_ascii, known.lines) if len(line.strip()) > 1))


@lru_cache(64)
def _kept(known: Known) -> tuple[re.Pattern[str], ...]:
    return tuple(map(pattern_of, known.kept))


def masked_name(name: str) -> str:
    """Leaves of a name how it begins: `J•••`; of none nothing."""
    first = next(iter(name.strip()), "")
    return f"{first}{HIDDEN}" if first else ""


def parts_of(names: Iterable[str]) -> list[str]:
    """Lists names and the words of names by which somebody may be called, the longest first."""
    whole = [name.strip() for name in names]
    parts = {part for name in whole for part in (name, *_BLANK.split(name)) if len(part) > 1}
    # A Chinese name is written without a space, and used without the family's.
    parts |= {name[1:] for name in whole if re.fullmatch(rf"[{HAN}]{{3,4}}", name)}
    return sorted(parts, key=len, reverse=True)


def pattern_of(part: str) -> re.Pattern[str]:
    """Makes what finds a name, or a part of one, as a word by itself; a Chinese one anywhere."""
    spaced = r"\s+".join(map(re.escape, part.split()))
    edge = "{}" if re.search(rf"[{HAN}]", part) else r"(?<![^\W_]){}(?![^\W_])"
    return re.compile(edge.format(spaced), re.IGNORECASE)


def _numbers(plain: str, known: Known) -> Iterator[tuple[int, int]]:
    """Finds what may be a phone number: no day, and no order of theirs."""
    theirs = [each.span() for number in _kept(known) for each in number.finditer(plain)]
    for each in _NUMBER.finditer(plain):
        is_order = any(start <= each.start() and each.end() <= end for start, end in theirs)
        if not is_order and not _DAY.fullmatch(each[0]):
            yield each.span()


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Puts a sign in the place of what the spans cover; those that touch become one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    for start, end in reversed(joined):
        text = text[:start] + HIDDEN + text[end:]
    return text
