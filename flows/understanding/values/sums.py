"""Reads an amount of money as people write it: $129.80, 129,80 €, 1.299,00, 129块5."""

import re

from flows.understanding.normalise import clean
from flows.understanding.values.numbers import small_number

_SIGNS = r"[$€£¥￥]|usd|eur|gbp|cny|rmb|us\$|dollars?|bucks|euros?|pounds?|元|块钱?|塊錢?|人民币|人民幣|美元|欧元|歐元"
_DIGITS = r"\d{1,3}(?:[ ',.]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?<![\w.,-])(?:(?:{_SIGNS})\s?)?(?P<sum>{_DIGITS})(?:\s?(?:{_SIGNS})(?P<tenths>\d)?)?(?![\w%]|[.,]\d)", re.I
)
_GROUPED = re.compile(r"\d{1,3}(?:[ ',.]\d{3})+")
_MOST = 10_000_000


def amount(text: str) -> float | None:
    """Finds the only amount in a text, in two decimals; None for none, for several, and below zero.

    >>> amount("about 1.299,50 €")
    1299.5
    """
    said = clean(text)
    found = {_value(match["sum"], match["tenths"]) for match in _AMOUNT.finditer(said)}
    if "%" in said:
        return None
    if not found and (number := small_number(said)) is not None:
        found = {float(number)}
    if len(found) != 1:
        return None
    value = found.pop()
    return value if value < _MOST else None


def _value(written: str, tenths: str | None) -> float:
    """Reads a number whose last mark, with one or two digits behind it, is the decimal one."""
    whole, mark, cents = written, "", ""
    found = re.fullmatch(r"(.*?)([.,])(\d{1,2})", written)
    if found and not _GROUPED.fullmatch(written):
        whole, mark, cents = found.groups()
    digits = re.sub(r"[ ',.]", "", whole)
    value = float(f"{digits}.{cents}" if mark else digits)
    return round(value + (int(tenths) / 10 if tenths else 0), 2)
