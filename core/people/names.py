"""Writes somebody's whole name, and finds how to greet them by it."""

import re

_EASTERN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "herr", "frau", "m", "mme", "sr", "sra", "don")
)
_GIVEN = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")


def full_name(given: str, family: str) -> str:
    """Joins given and family name as they are written: "Jane Doe", 王小明.

    A name of East Asia has the family's first and no blank in between.
    """
    if _EASTERN.match(given) and _EASTERN.match(family):
        return f"{family}{given}"
    return f"{given} {family}".strip()


def first_name(name: str) -> str:
    """Finds the name to greet with: `Jane` of "Jane Doe", "DOE, JANE" or "Dr. Jane Doe".

    A name of East Asia stays whole, and so does one that begins with no given name ("J. Doe", "Mr Doe", "Shop 24").
    """
    said = " ".join(name.split())
    if _EASTERN.search(said):
        return said
    before, comma, after = said.partition(", ")
    words = (after if comma and after else before).split(" ")
    named = words[1:] if words[0].rstrip(".").lower() in _TITLES else words
    if not named or (named != words and len(named) == 1) or not _GIVEN.fullmatch(named[0]):
        return said
    return named[0].title() if named[0].isupper() or named[0].islower() else named[0]
