"""Finds which of a product's variants a text names, by size, colour or whatever its options are."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from core.files.documents import read
from core.shop.catalogue import Variant
from flows.understanding.normalise import folded

FILE = Path(__file__).with_name("attributes.yaml")
_CHEAPEST = re.compile(r"(?<!\w)(?:cheapest|lowest price)(?!\w)|最便宜|最低价")


def named(variants: Sequence[Variant], text: str) -> list[Variant]:
    """Lists the variants that have all the attributes which a text names; all of them where it names none.

    A value that is asked for and that no variant has ("size 50") leaves none.
    """
    said = folded(text)
    left = list(variants)
    for option in dict.fromkeys(name for each in variants for name in each.options):
        values = {each.options[option] for each in variants if option in each.options}
        asked = {value for value in values if _says(said, value, option)}
        if asked:
            left = [each for each in left if each.options.get(option) in asked]
        elif _says_another(said, option, values):
            return []
    if _CHEAPEST.search(said):
        prices = [each.price for each in left if each.price is not None]
        left = [each for each in left if prices and each.price == min(prices)]
    return left


def is_named(variants: Sequence[Variant], text: str) -> bool:
    """Tells whether a text names an attribute, whether there is such a variant or not."""
    return len(named(variants, text)) < len(variants)


def _says(said: str, value: str, option: str) -> bool:
    """Tells whether a text has a value, or another word for it; a number or a letter only where it stands as one."""
    return any(_has(said, name) for name in (folded(value), *_others().get(folded(value), ()))) or (
        _is_size(option) and _sized(said, folded(value))
    )


def _has(said: str, name: str) -> bool:
    if not name:
        return False
    if not name.isascii():
        return name in said if len(name) > 1 else f"{name}色" in said
    if len(name) == 1:
        return bool(
            re.search(
                rf"(?:size|an?|in|尺码|码)\s*{re.escape(name)}(?!\w)|(?<!\w){re.escape(name)}(?:\s*码|\s*号)", said
            )
        )
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", said))


def _is_size(option: str) -> bool:
    return folded(option) in ("size", "尺码", "大小", "鞋码")


def _sized(said: str, value: str) -> bool:
    return bool(re.search(rf"(?<!\d){re.escape(value)}\s*(?:码|号)", said))


def _says_another(said: str, option: str, values: set[str]) -> bool:
    """Tells whether a text asks for a size or a colour that none of these values is."""
    if _is_size(option):
        numbers = {value for value in values if value.isdigit()}
        asked = re.findall(r"(?:size|尺码|eu|us)\s*(\d{1,3})(?!\d)|(?<!\d)(\d{1,3})\s*(?:码|号)", said)
        return bool(numbers) and any((one or other) not in numbers for one, other in asked)
    if folded(option) in ("colour", "color", "颜色"):
        colours = {name for line in _lines()["colours"] for name in line}
        return any(_has(said, name) for name in colours)
    return False


@lru_cache(maxsize=1)
def _lines() -> dict[str, list[list[str]]]:
    document = read(FILE)
    return {part: [[folded(str(name)) for name in line] for line in document[part]] for part in ("colours", "sizes")}


@lru_cache(maxsize=1)
def _others() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in _lines().values():
        for line in part:
            found |= {name: [other for other in line if other != name] for name in line}
    return found
