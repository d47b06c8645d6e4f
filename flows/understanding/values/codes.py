"""Finds in a message whatever could be an order or tracking number: whole codes, never a part of one.

Only what exists is one, which the store knows: `candidates` are what it is asked for.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from flows.understanding.normalise import clean

LONGEST, MOST = 36, 24  # signs of a number, numbers that the store is asked for
_JOINED = 4  # codes that are one number written with spaces: 112 1234567 1234567
_HAN = r"\u3040-\u30ff\u3400-\u9fff"

EMAIL = re.compile(r"[A-Za-z0-9_.+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")
# A phone as people write it: after a plus, or in groups of two to four digits with spaces.
PHONE = re.compile(
    r"\+\(?[0-9](?:[\s().-]{0,2}[0-9]){6,14}(?![0-9])"
    r"|(?<![A-Za-z0-9#-])\([0-9]{2,5}\)[\s.-]?[0-9]{2,5}(?:[\s.-][0-9]{2,4}){0,3}(?![A-Za-z0-9-])"
    r"|(?<![A-Za-z0-9#./-])[0-9]{2,4}(?:[\s.-][0-9]{2,4}){2,4}(?![A-Za-z0-9])(?![./-][A-Za-z0-9])"
)
_PHONE_DIGITS = range(10, 12)  # of one in groups
# Letters and digits in one piece: `2026/12/0001`, `WC_2024_99`, `10.001`; a sum, a date, a time are one too.
_CODE = re.compile(
    r"(?<![A-Za-z0-9@+])(?<![A-Za-z0-9][-_./])(?<!(?<![^\s(])-)[A-Za-z0-9]+"
    r"(?:(?:[-_./]{1,2}(?=[A-Za-z0-9])"
    r"|(?<=[0-9])(?<![0-9]{4}),(?=[0-9]{3}(?![0-9]))|(?<=[0-9]):(?=[0-9]{2}(?![0-9])))[A-Za-z0-9]+)*"
)
_GAP = re.compile(r"[\s#_./-]{1,3}")
# `#1001`, `no. 1001`, `order DS-1001`, `订单号：1001`: what follows is named as a number.
_OTHERS = ("phone", "mobile", "cell", "contact", "whatsapp", "tel", "house", "flat", "apartment", "street", "model")
_OF_OTHERS = "".join(f"(?<!{word} )" for word in (*_OTHERS, "size", "card", "item", "part", "account", "tax", "vat"))
_NAMING = re.compile(
    r"#\s*"
    rf"|(?<![A-Za-z0-9]){_OF_OTHERS}"
    r"(?:order|number|no|nr|num|parcel|package|shipment|tracking)(?![A-Za-z0-9])[\s.:#_/-]*"
    r"(?:(?:number|no|nr|num|id|code|is|was)(?![A-Za-z0-9])[\s.:#_/-]*)*"
    r"|(?:订单|訂單|单号|單號|编号|編號|包裹|运单|運單|快递|(?<![机機话話牌账帳卡政房楼樓编編])(?:号码|號碼|号|號))"
    r"(?:编号|編號|号码|號碼|号|號)?(?:是|为|為)?[\s::#]*",
    re.IGNORECASE,
)
# What is counted or paid: "my order 500 g" names no order.
_UNIT = re.compile(
    r"\s?(?:(?:k?g|m?l|[cm]?m|pcs|pieces?|pairs?|usd|eur|gbp|dollars?|euros?|days?|weeks?|hours?)(?![A-Za-z0-9])"
    r"|[%€$£¥元块塊天克件个個双雙])",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"[$€£¥]\s?$|(?<![A-Za-z])(?:usd|eur|gbp)\s?$", re.IGNORECASE)
_PHONED = re.compile(
    r"(?:(?<![A-Za-z])(?:phone|mobile|cell|tel|telephone|whatsapp)(?![A-Za-z])|手机|手機|电话|電話)"
    r"(?:\s?(?:number|no|nr|is|号码|號碼|号|號|是))*[\s.:,]*$",
    re.IGNORECASE,
)
_DIALLED = re.compile(r"[0-9]{7,}")
_LOUD = 2  # digits of a number that a naming word alone makes one: "order 2 boots" names none
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}", re.IGNORECASE)
_LETTERS_FROM = 6
_INITIALS = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,4}\s$")  # "order DS 1001"
_BEFORE_HASH = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,6}#$")  # "ORD#1001"
# What stands beside a value in an answer to the question for it; with any other word it is a story.
_WORDS = """
a an the my mine our your its it's it is was are be should would could can you me i i'm im think guess believe maybe
this that these here there so and or with for please pls plz thanks thank thx ty ok okay yes yeah yep sure well hi hello
hey sorry no not of on in at says said order orders number numbers nr num id code zip post postcode postal mail email
e-mail address phone mobile last four digits tracking parcel package shipment receipt confirmation invoice where where's
wheres what what's about status track check find look up see tell know ends ending e s sir madam
"""
_FRAMING = frozenset(_WORDS.split())
_SIGNS = frozenset(
    "是我的您你请請这這那個个就为為号號码碼订訂单單编編邮郵箱地址收货貨手机機尾后後四位数數字电電话話谢謝好嗯哦喔啊呢吗嗎吧"
    "了查询詢一下快递遞包裹到哪里裡在看帮幫给給应應该該和跟还還或与與"
)
_WORD = re.compile(rf"[A-Za-z']+|[{_HAN}]")


class Code(NamedTuple):
    """Holds one code of a message and where it stands.

    `named`: words before it call it an order's number; `counted`: it is an amount, by its unit; `written`: with a
    naming word that is joined to it, as "order-1001" may be how the store writes its numbers.
    """

    text: str
    start: int
    end: int
    named: bool = False
    counted: bool = False
    written: str = ""


@lru_cache(maxsize=256)
def codes(said: str) -> tuple[Code, ...]:
    """Finds the codes in a clean text, in their order: with a digit in them, or letters that are no word."""
    said = without_phones(_blanked(EMAIL, said))
    naming = {match.end(): match.group() for match in _NAMING.finditer(said)}
    shouted = said.isupper()
    found: list[Code] = []
    for match in _CODE.finditer(said):
        text, start = _whole(said, match, naming, shouted)
        dialled = _DIALLED.fullmatch(text) and _PHONED.search(said, max(0, start - LONGEST), start)
        if len(text) <= LONGEST and not dialled and _coded(text, shouted):
            counted = bool(_UNIT.match(said, match.end()) or _CURRENCY.search(said, max(0, start - 4), start))
            named = start in naming and _names(naming[start], text, counted)
            written = match.group() if start > match.start() else text
            found.append(Code(text, start, match.end(), named, counted and not named, written))
            if len(found) == MOST:
                break
    return tuple(found)


def _whole(said: str, match: re.Match[str], naming: dict[int, str], shouted: bool) -> tuple[str, int]:
    """Returns a code without a naming word in it ("order-1001"), and with letters before it that are its own."""
    text, start = match.group(), match.start()
    inner = _NAMING.match(text)
    if inner and inner.group()[-1] in "-_./" and _coded(text[inner.end() :], shouted):
        text, start = text[inner.end() :], start + inner.end()
    near = max(0, start - 2 * _LETTERS_FROM)
    before = _BEFORE_HASH.search(said, near, start) if naming.get(start) == "#" else None
    if before:
        naming[before.start()] = "#"
    elif text[0].isdigit():
        before = _INITIALS.search(said, near, start)
    if before and before.start() in naming and _coded(text, shouted):
        return said[before.start() : match.end()], before.start()
    return text, start


def candidates(said: str | Sequence[str]) -> list[str]:
    """Lists what the store is asked for: each value as it was said, then what it may be made of, longest first."""
    values = [said] if isinstance(said, str) else said
    found = [value.strip() for value in values]
    for value in values:
        found += spans(clean(value)) if isinstance(said, str) else []
    return list(dict.fromkeys(filter(None, found)))[:MOST]


def spans(said: str) -> list[str]:
    """Lists the codes in a clean text that are no amounts, first those that stand together, maybe after a few letters:
    "ds 1001"."""
    found = [code for code in codes(said) if not code.counted]
    more = [_with_letters_before(said, code) for code in found]
    more += [code.written for code in found if code.written != code.text]
    for first in range(len(found)):
        for last in range(first + 1, min(first + _JOINED, len(found))):
            if not _GAP.fullmatch(said[found[last - 1].end : found[last].start]):
                break
            more.append(said[found[first].start : found[last].end])
    longest = sorted((each for each in more if each and len(each) <= LONGEST), key=len, reverse=True)
    return list(dict.fromkeys((*longest, *(code.text for code in found))))[:MOST]


def without_phones(said: str) -> str:
    """Blanks phone numbers, so that no group of their digits is taken for something else."""
    return PHONE.sub(lambda match: " " * len(match.group()) if is_phone(match.group()) else match.group(), said)


def is_phone(span: str) -> bool:
    """Tells whether what looks like a phone number is one: "2026-12-0001" in one piece may be an order's."""
    digits = sum(sign in "0123456789" for sign in span)
    return span[0] in "+(" or (" " in span and digits in _PHONE_DIGITS)


def framed(said: str, found: Iterable[Code]) -> bool:
    """Tells whether only words that frame a value stand beside the codes: it is an answer, and no story."""
    rest = list(said.casefold())
    for code in found:
        rest[code.start : code.end] = " " * (code.end - code.start)
    return all(word in _FRAMING or (not word.isascii() and word in _SIGNS) for word in _WORD.findall("".join(rest)))


def _blanked(pattern: re.Pattern[str], said: str) -> str:
    return pattern.sub(lambda match: " " * len(match.group()), said)


def _names(naming: str, text: str, counted: bool) -> bool:
    """Tells whether the words before a code name it; "order 2 boots" orders boots."""
    if "#" in naming or len(naming.split()) > 1:
        return True
    return not counted and (not naming.isascii() or len(text) > _LOUD)


def _coded(text: str, shouted: bool) -> bool:
    if any(sign in "0123456789" for sign in text):
        return True
    loud = text.isupper() and not shouted
    return text.isalpha() and len(text) >= _LETTERS_FROM and (loud or _CONSONANTS.search(text) is not None)


_LETTERS_BEFORE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,6}[\s#_./-]{1,2})$")


def _with_letters_before(said: str, code: Code) -> str:
    match = _LETTERS_BEFORE.search(said, max(0, code.start - 2 * _LETTERS_FROM), code.start)
    return match.group(1) + code.text if match else ""
