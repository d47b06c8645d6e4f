"""Brings text to one form, so that "２", "YES!" and "𝓬𝓪𝓷𝓬𝓮𝓵" are what they mean."""

import re
import unicodedata
from functools import lru_cache

from core.shop.order_numbers import ascii_digits

MAX_READ = 2000  # characters of a message that are looked at

# Zero-width characters, variation selectors, the keycap's frame, colours of skin.
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\u20e3\U0001f3fb-\U0001f3ff\u0000-\u0008\u000e-\u001f]"
)
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w\s#@+/']+")


@lru_cache(256)  # a message and its clauses are brought to it by whoever looks at them
def clean(text: str) -> str:
    """Brings text to NFKC, digits to 0-9, without invisible characters, white space collapsed; case and punctuation
    stay."""
    return _SPACE.sub(
        " ", _INVISIBLE.sub("", ascii_digits(unicodedata.normalize("NFKC", text[:MAX_READ].replace("№", "#"))))
    ).strip()


def folded(text: str) -> str:
    """Brings text to the form that phrases are compared in: `clean`, caseless, apostrophes straight, no punctuation.

    A message of nothing but signs (an emoji) stays as it is.
    """
    said = clean(text).casefold().replace("’", "'").replace("`", "'")
    return _SPACE.sub(" ", _NOT_WORD.sub(" ", said)).strip() or said
