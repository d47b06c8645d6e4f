"""Checks what is written in a setting, and says how it should look."""

import re
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

Check = Callable[[str], str]

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{3,6}")
_SPACING = re.compile(r"[\s().-]")


def phone(value: str) -> str:
    """Returns one of our numbers, in E.164 or a short code, without what people write between its digits.

    Raises ValueError.
    """
    bare = _SPACING.sub("", value)
    if not bare or _E164.fullmatch(bare) or _SHORT_CODE.fullmatch(bare):
        return bare
    raise ValueError(f"expected a number with + and country code and nothing else, like +12025550100; found {value}")


def url(value: str) -> str:
    """Returns a web address without a slash at its end. Raises ValueError."""
    bare = value.strip().rstrip("/")
    if not bare:
        return bare
    parts = _split(bare)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"expected an address that begins with https://, like https://desk.example; found {value}")
    if parts.query or parts.fragment:
        raise ValueError(f"expected an address without ? and #, like https://desk.example; found {value}")
    return bare


def database_url(*schemes: str) -> Check:
    """Makes the check of an address of a database: its scheme is one of these. What follows may be a secret."""

    def check(value: str) -> str:
        scheme, colon, _ = value.partition("://")
        if value and (not colon or scheme not in schemes):
            listed = " or ".join(f"{each}://…" for each in schemes[:2])
            raise ValueError(f"expected {listed}; it begins with {scheme[:12] if colon else 'no scheme'}")
        return value

    return check


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # half an IPv6 address
        return urlsplit("")
