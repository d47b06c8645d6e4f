"""Compares postcodes as people write them."""

import re

from core.shop.order_numbers import ascii_digits

_SIGNS = re.compile(r"[^0-9a-z]+")
_US, _US_WHOLE = 5, 9  # digits: a US postcode may be given with or without its last four


def postcode_form(postcode: str, country: str = "") -> str:
    """Returns the form by which a postcode is compared: "SW1A 1AA" and "sw1a1aa" are one."""
    form = _SIGNS.sub("", ascii_digits(postcode).casefold())
    return form[:_US] if country in ("", "US") and len(form) == _US_WHOLE and form.isdigit() else form


def same_postcode(said: str, known: str, country: str) -> bool:
    """Tells whether somebody wrote the postcode of an address in this country."""
    form = postcode_form(known, country)
    return bool(form) and postcode_form(said, country) == form
