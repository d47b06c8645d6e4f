"""Masks what says who somebody is or where they live, for people who look on: rather too much than too little.

masked("Jane here, call +1 202 555 0101 about #1001", Known(("Jane Doe",)))    # "••• here, call ••• about #1001"
"""

import re
from collections.abc import Iterable, Iterator

from core.content import payment_secrets
from core.content.payment_secrets import in_ascii
from core.people.known import HAN, NOTHING, Known, Span, lines_in, names_in, orders_in

HIDDEN = "•••"


SHORTEST = 7  # digits of a phone number

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


def masked(text: str, known: Known = NOTHING) -> str:
    """Returns the words without e-mails, phones, cards, streets and names that are said to be one, and without what is
    known of the customer."""
    plain = in_ascii(text)
    spans = [each.span() for pattern in _SHAPES for each in pattern.finditer(plain)]
    spans += [each.span(each.lastgroup or 0) for each in INTRODUCED.finditer(plain)]
    spans += [*names_in(text, known), *lines_in(text, known), *_numbers(plain, known)]
    return payment_secrets.masked(covered(text, spans))


def masked_name(name: str) -> str:
    """Leaves of a name how it begins: `J•••`; of none nothing."""
    first = next(iter(name.strip()), "")
    return f"{first}{HIDDEN}" if first else ""


def covered(text: str, spans: Iterable[Span], sign: str = HIDDEN) -> str:
    """Puts a sign in the place of what the spans cover; those that touch become one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    for start, end in reversed(joined):
        text = text[:start] + sign + text[end:]
    return text


def _numbers(plain: str, known: Known) -> Iterator[Span]:
    """Finds what may be a phone number: no day, and no order of theirs."""
    found = [each for each in _NUMBER.finditer(plain) if not _DAY.fullmatch(each[0])]
    theirs = list(orders_in(plain, known)) if found else []
    for each in found:
        if not any(start <= each.start() and each.end() <= end for start, end in theirs):
            yield each.span()
