"""Finds values inside a message: order number, e-mail, phone, postcode, the proof of an order."""

import re

from core.addresses import e164
from flows.understanding.normalise import clean

_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_PHONE = re.compile(r"\+?\(?[\d][\d\s().-]{5,18}\d")
_UK_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE)
_CA_POSTCODE = re.compile(r"\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b", re.IGNORECASE)
_DIGIT_POSTCODE = re.compile(r"(?<![\w#])(?:\d{5}-\d{4}|\d{4,7}|\d{3}-\d{2,4}|\d{4}\s?[A-Z]{2})(?!\w)", re.IGNORECASE)
# `#1001`, `no. 1001`, `order DS-1001`, `订单号：1001`: named, so any length will do.
_NAMED = re.compile(
    r"(?:#\s*|\b(?:order|number|no|nr|num|parcel|package|tracking)\b[\s.:#-]*(?:(?:number|no|nr|num|id|is)\b[\s.:#-]*)*"
    r"|(?:订单|訂單|单号|單號|编号|編號|号码|號碼|号|號|包裹)(?:号|號|是)?[\s::#]*)"
    r"((?:[A-Z]{1,6}[-_]?)?\d[A-Z\d]*(?:-\d+)?)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w@.+-])((?:[A-Z]{1,6}[-_]?)?\d[A-Z\d]{2,34}(?:-\d{1,6})?)(?![\w@])", re.IGNORECASE)
# In what a customer quotes, only what is called an order is one: our texts hold dates, sums and other numbers.
_ORDER = re.compile(
    r"(?:#\s*|\border\b[\s.:#-]*(?:(?:number|no|nr|num|id)\b[\s.:#-]*)*|(?:订单|訂單)(?:编号|編號|号码|號碼|号|號)?[\s:：#]*)"
    r"((?:[A-Z]{1,6}[-_]?)?\d[A-Z\d]*(?:-\d+)?)",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"(?:\blike|\bsuch as|\bexample|\be\.g\.|类似|例如|比如|類似)[\s:：,，]*$", re.IGNORECASE)
_POINTS = re.compile(r"[?？]|\b(?:this|that|these|those|it|one|here)\b|[这那此該该這]", re.IGNORECASE)
_FEW_WORDS = 8
_YEAR = re.compile(r"(?:19|20)\d\d$")


def email(text: str) -> str | None:
    """Finds the e-mail address in the text, lower case, without a dot at its end."""
    found = _EMAIL.search(clean(text))
    return found.group().strip(".'-").casefold() if found else None


def phone(text: str, region: str | None = None) -> str | None:
    """Finds the phone number in the text, E.164."""
    found = _PHONE.search(clean(text))
    return e164(found.group(), region) if found else None


def postcode(text: str) -> str | None:
    """Finds the postcode in the text, upper case without spaces."""
    said = clean(text)
    for pattern in (_UK_POSTCODE, _CA_POSTCODE, _DIGIT_POSTCODE):
        found = pattern.search(said)
        if found:
            return found.group().upper().replace(" ", "")
    return None


def order_number(text: str) -> str | None:
    """Finds the order (or tracking) number in an answer to the question for it, upper case without `#`."""
    said = _EMAIL.sub(" ", clean(text))
    if _is_phone(said):
        return None
    found = _NAMED.search(said) or _BARE.search(said)
    return found.group(1).upper() if found else _short(said)


def mentioned_order(text: str) -> str | None:
    """Finds the order number in a longer message: one named as such, or a long number that is no year."""
    said = _EMAIL.sub(" ", clean(text))
    if _is_phone(said):
        return None
    named = _NAMED.search(said)
    if named:
        return named.group(1).upper()
    bare = (found.group(1).upper() for found in _BARE.finditer(said))
    return next((number for number in bare if not _YEAR.match(number)), None)


def quoted_order(quoted: str) -> str | None:
    """Finds the order that quoted words are about; None where they name none, several, or one for example only."""
    said = _EMAIL.sub(" ", clean(quoted))
    found = {m.group(1).upper() for m in _ORDER.finditer(said) if not _EXAMPLE.search(said[: m.start()])}
    if _BARE.fullmatch(said.strip()):  # the customer's own answer to our question
        return mentioned_order(quoted)
    return found.pop() if len(found) == 1 else None


def pointed_order(text: str, quoted: str) -> str | None:
    """Finds the order that a few words point at by what they quote: "this one", "and that?"."""
    points = len(text.split()) <= _FEW_WORDS and _POINTS.search(text)
    return quoted_order(quoted) if quoted and points else None


def proof(text: str) -> str | None:
    """Finds the e-mail, postcode or last four digits in the text, in the form that `check_identity` compares."""
    found = email(text) or postcode(text)
    if found:
        return found
    four = re.search(r"(?<!\d)\d{4}(?!\d)", clean(text))
    return four.group() if four else None


def proof_beside(text: str, number: str) -> str | None:
    """Finds the proof in a message that also holds the order number."""
    rest = re.sub(re.escape(number), " ", clean(text), count=1, flags=re.IGNORECASE)
    return proof(rest)


def _short(said: str) -> str | None:
    """Reads an order number of one or two digits, when it is the whole answer."""
    return said.lstrip("#") if re.fullmatch(r"#?\d{1,2}", said) else None


def _is_phone(said: str) -> bool:
    found = _PHONE.fullmatch(said)
    return bool(found) and (
        said.startswith("+") or (bool(re.search(r"[\s().]", said)) and len(re.sub(r"\D", "", said)) >= 9)
    )
