"""Masks what must not be kept or shown of a customer's words: card numbers, the codes beside them, and IBANs.

A number is a card's if a network gives out such numbers of that length (ISO/IEC 7812), its check digit fits, and it is
written as one writes a card's. Order, parcel and phone numbers are shown by what stands before them, or by a letter.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from core.content.ibans import IBAN, is_iban

CARD, ACCOUNT, CODE = "💳••••", "🏦••••", "•••"  # without digits, which could be read as an order number

BETWEEN = r"[ \-.\u00a0\u2007\u2009\u202f\u200b\u2010-\u2014\ufeff]{1,3}"
_RUN = re.compile(rf"(?<![0-9A-Za-z])\d+(?:{BETWEEN}\d+)*(?![0-9A-Za-z])")
_GROUP = re.compile(r"\d+")
# What any of it has; most messages have none.
_ANY = re.compile(
    r"(?:\d\D{0,3}){12}|cv[vcn]|csc|security code|安全码|校验码|(?<![0-9a-z])[a-z]{2}[ \-]?\d{2}[ \-]?[0-9a-z]{2}",
    re.IGNORECASE,
)
# Networks by their first digits, and the lengths they give out. The weak ones are worn by other things too.
_NETWORKS = re.compile(
    r"4\d{15}|4\d{18}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d{2}|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|6(?:011|4[4-9]\d|5\d{2})\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14}|62\d{17}|81\d{14}|220[0-4]\d{12}"
)
_WEAK = re.compile(
    r"4\d{12}|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|4[4-9]\d|5\d{2})\d{13,15}|62\d{15,16}|(?:5[0678]|6\d)\d{10,17}"
)
_CARD_WORD = re.compile(
    r"card|visa|master|amex|american express|maestro|diners|jcb|union ?pay|cv[vc]|卡|银联|信用", re.I
)
_OTHER_WORD = re.compile(
    r"(?:order|track(?:ing)?|parcel|package|shipment|consignment|waybill|awb|reference|ref|invoice|phone|tel|mobile|ups|"
    r"fedex|dhl|usps|订单|单号|运单|快递|物流|包裹|电话|手机|发票)[^\d!?。！？\n]{0,20}$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:cv[vcn]2?|csc|security code|安全码|校验码)(?![a-z])[^\d\n]{0,12}(\d{3,4})(?!\d)", re.IGNORECASE
)
_BESIDE = re.compile(
    rf"{CARD}[^\d\n]{{0,12}}(?:\d{{1,2}}\s?[/.\- ]\s?(?:20)?\d{{2}}[^\d\n]{{0,8}})?(?<!\d)(\d{{3,4}})(?!\d)"
)
_NEAR = 40
SHORTEST, LONGEST = 12, 19  # digits of a card's number


def masked(text: str) -> str:
    """Returns the text with a sign in the place of each card number, card code and IBAN; else the text as it is."""
    plain = in_ascii(text)
    if not _ANY.search(plain):
        return text
    found = [*_cards(plain), *_ibans(plain)]
    for start, end, sign in sorted(found, reverse=True):
        text = text[:start] + sign + text[end:]
    text = _without(_LABELLED, text)
    return _without(_BESIDE, text) if CARD in text else text


def _without(code: re.Pattern[str], text: str) -> str:
    """Masks the code that stands beside a card or is named as one."""
    return code.sub(lambda found: found[0][: found.start(1) - found.start()] + CODE, text)


def _cards(plain: str) -> Iterator[tuple[int, int, str]]:
    for run in _RUN.finditer(plain):
        before = plain[max(run.start() - _NEAR, 0) : run.start()]
        around = before + plain[run.end() : run.end() + _NEAR]
        is_named = bool(_CARD_WORD.search(around))
        if _is_other(before) and not is_named:
            continue
        groups = [(run.start() + each.start(), run.start() + each.end()) for each in _GROUP.finditer(run[0])]
        yield from _in_run(plain, groups, is_named=is_named)


def _is_other(before: str) -> bool:
    """Tells whether what stands before a number says that it is no card's."""
    return before.endswith("+") or bool(_OTHER_WORD.search(before) or re.search(r"[0-9A-Za-z][-_/.#]$", before))


def _in_run(plain: str, groups: Sequence[tuple[int, int]], *, is_named: bool) -> Iterator[tuple[int, int, str]]:
    """Finds card numbers among groups of digits with only a separator between them; the longest counts."""
    first = 0
    while first < len(groups):
        found = _longest(plain, groups[first : first + LONGEST], is_named=is_named)
        if found:
            yield groups[first][0], groups[first + found - 1][1], CARD
        first += found or 1


def _longest(plain: str, groups: Sequence[tuple[int, int]], *, is_named: bool) -> int:
    """Counts the groups of the longest card number that begins here; 0 where none does."""
    number, sizes, found = "", [], 0
    for start, end in groups:
        number += plain[start:end]
        sizes.append(end - start)
        if number[0] in "0179" or len(number) > LONGEST:
            break
        if len(number) >= SHORTEST and _is_card(number, sizes, is_named=is_named):
            found = len(sizes)
    return found


def _is_card(number: str, sizes: Sequence[int], *, is_named: bool) -> bool:
    known = _NETWORKS.fullmatch(number) or (_WEAK.fullmatch(number) and (is_named or len(sizes) in (3, 4)))
    return bool(known) and _is_written_so(sizes) and luhn(number)


def is_card_number(number: str) -> bool:
    """Tells whether digits are a card's: a network gives out such numbers, and the check digit fits."""
    return bool(_NETWORKS.fullmatch(number)) and luhn(number)


def _is_written_so(sizes: Sequence[int]) -> bool:
    """Tells whether one writes a card number so: in one, in equal groups, 4-6-5, 6-13."""
    return len(set(sizes[:-1])) < 2 or tuple(sizes[:2]) == (4, 6)


def luhn(number: str) -> bool:
    """Tells whether the last digit is the check digit of those before (ISO/IEC 7812-1, annex B)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in number[::-2])) % 10 == 0


def _ibans(plain: str) -> Iterator[tuple[int, int, str]]:
    for found in IBAN.finditer(plain):
        for length in range(len(found[0]), 14, -1):
            part = found[0][:length]
            if part[-1].isalnum() and is_iban(part) and not found[0][length : length + 1].isalnum():
                yield found.start(), found.start() + length, ACCOUNT
                break


def in_ascii(text: str) -> str:
    """Writes digits of any script and full-width letters as ASCII, each in its place."""
    return text if text.isascii() else "".join(map(_plain_one, text))


def _plain_one(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char
