"""Offers the variants of a product as customers name them: "a size up", "the black one", "43"."""

import re
from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

from core.shop.catalogue import Variant, variant_of
from core.shop.orders import Line
from flows.engine.session import Offered
from flows.understanding.lexicon.own import own_words
from flows.understanding.lexicon.words import WORDS as SMALL
from flows.understanding.normalise import clean, folded
from flows.understanding.values.recogniser import contained, exactly, recognise

FOLDER = Path(__file__).parent / "words"
MOST, MOST_OPTIONS = 20, 3  # variants that one list shows; options of which all orders are known
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


class Words(NamedTuple):
    """Holds how variants are named, in all languages together: customers mix them."""

    larger: tuple[str, ...]
    smaller: tuple[str, ...]
    same: tuple[str, ...]
    value: tuple[str, ...]
    sizes: tuple[str, ...]
    size: tuple[str, ...]
    otherwise: tuple[str, ...]
    money: tuple[str, ...]


WORDS = Words(**{name: tuple(listed) for name, listed in own_words(FOLDER, Words._fields).items()})


def choices(line: Line, variants: Sequence[Variant]) -> list[dict[str, Any]]:
    """Lists the variants as choices: {value, title, stock, price, currency, synonyms}, those next to the one that was
    bought first. What the customer does not name stays as it was bought."""
    own = variant_of(line, variants)
    named = _names(own, variants)
    ordered = sorted(variants, key=lambda each: (_distance(own, each), variants.index(each)))
    return [
        {
            "value": each.id,
            "title": each.name,
            "stock": each.stock,
            "price": None if each.price is None else str(each.price),
            "currency": each.currency,
            "synonyms": named[each.id],
        }
        for each in ordered[:MOST]
    ]


def said_variant(said: str, listed: Sequence[Mapping[str, Any]]) -> str | None:
    """Finds the only variant that a sentence names."""
    offered = [Offered("", each["value"], each["title"], synonyms=tuple(each["synonyms"])) for each in listed]
    found = recognise(said, offered) if not said.strip().isdigit() else exactly(said, offered)
    parts = [contained(part, offered) for part in (said, *SMALL.clause.split(clean(said)))]
    found = found or next(filter(None, parts), None)
    return found.value if found else None


def wants_money_otherwise(said: str) -> bool:
    """Tells whether a message wishes for the money where the variant is not there: "43, if not a refund"."""
    text = f" {folded(said)} "
    return all(any(_there(word, text) for word in words) for words in (WORDS.otherwise, WORDS.money))


def _there(word: str, text: str) -> bool:
    return f" {word} " in text if word.isascii() else word in text


def _names(own: Variant | None, variants: Sequence[Variant]) -> dict[str, tuple[str, ...]]:
    """Lists by variant the words that mean it, seen from the one that was bought."""
    found = {each.id: _whole(each) for each in variants}
    for each in variants:
        found[each.id] += _alone(each, variants) if own is None else _beside(own, each)
    for step, words in ((1, WORDS.larger), (-1, WORDS.smaller)):
        beside = _next_size(own, variants, step) if own is not None else None
        if beside is not None:
            found[beside.id] += list(words)
    return {name: tuple(words) for name, words in found.items()}


def _whole(each: Variant) -> list[str]:
    """Names a variant by all of its options, in any order: "brown 43", "43 in brown"."""
    orders = permutations(each.options.values()) if 1 < len(each.options) <= MOST_OPTIONS else ()
    return [sign.join(values) for values in orders for sign in (" ", " in ", "")]


def _alone(each: Variant, variants: Sequence[Variant]) -> list[str]:
    """Names a variant by what no other has."""
    own = [
        value
        for option, value in each.options.items()
        if [other.options.get(option) for other in variants].count(value) == 1
    ]
    return [word for value in own for word in _worded(value)]


def _beside(own: Variant, each: Variant) -> list[str]:
    """Names a variant by the one thing in which it is other than what was bought."""
    other = [value for option, value in each.options.items() if own.options.get(option) != value]
    if not other:
        return list(WORDS.same)
    return _worded(other[0]) if len(other) == 1 else []


def _worded(value: str) -> list[str]:
    return [value, *(form.replace("{}", value) for form in WORDS.value)]


def _distance(own: Variant | None, each: Variant) -> int:
    if own is None:
        return 0
    return sum(own.options.get(option) != value for option, value in each.options.items())


def _next_size(own: Variant, variants: Sequence[Variant], step: int) -> Variant | None:
    """Finds the next larger (1) or smaller (-1) of the same in everything but its size."""
    option = next((name for name in own.options if _is_size(name, own.options[name])), None)
    if option is None:
        return None
    rest = {name: value for name, value in own.options.items() if name != option}
    alike = [each for each in variants if {n: v for n, v in each.options.items() if n != option} == rest]
    ranked = sorted(
        (each for each in alike if _rank(each.options[option]) is not None),
        key=lambda each: _rank(each.options[option]) or 0.0,
    )
    place_ = ranked.index(own) + step if own in ranked else -1
    return ranked[place_] if 0 <= place_ < len(ranked) else None


def _is_size(option: str, value: str) -> bool:
    return (folded(option) in WORDS.size) or _rank(value) is not None


def _rank(value: str) -> float | None:
    """Orders sizes: by their number, else as letters go."""
    said = folded(value)
    if said in WORDS.sizes:
        return float(WORDS.sizes.index(said))
    number = _NUMBER.search(said)
    return float(number.group().replace(",", ".")) if number else None
