"""Finds an order by what is in it, or where it goes: "the one with the tablet", "the order sent to Texas"."""

import re
from collections import Counter
from collections.abc import Sequence

from babel import Locale, UnknownLocaleError

from core.locales import HAN
from core.people.us_states import STATES
from core.shop.orders import Order
from flows.understanding.normalise import folded

_HAN = re.compile(f"{HAN.pattern}+")
_WORD = re.compile(r"[a-z][a-z'-]{2,}")
_SINGULAR_FROM = 4  # letters: boots and boot, but not gas
_PAIR = 2  # Chinese characters that are a word
# Words of titles and places that are also words of any request.
_ANY_LISTED = """
the and for with from order orders new one two set pair size day box item items gift card store city east west
north south home free plus all last first out off still not never yet my your our his her red late
"""
_ANY = frozenset(_ANY_LISTED.split())


def words_of(order: Order, locale: str = "en") -> list[str]:
    """Lists the words by which an order may be called: of its items, and of where it goes."""
    said = [each for line in order.lines for each in (line.title, line.variant, *line.options.values())]
    where = order.shipping
    region = STATES.get(where.region.upper(), where.region) if where.country in ("", "US") else where.region
    said += [where.city, region, _country(where.country, locale)]
    return list(dict.fromkeys(word for each in said for word in _words(folded(each))))


def by_content(said: str, orders: Sequence[Order], locale: str = "en") -> list[Order]:
    """Finds the orders of which a text has most words, among those that not all of them have; none where it names none.
    The only order is found by any of its words."""
    told = set(_words(folded(said)))
    if not told:
        return []
    listed = [set(words_of(order, locale)) for order in orders]
    shared = Counter(word for words in listed for word in words)
    telling = {word for word in told if 0 < shared[word] < max(len(orders), 2)}
    best = [len(telling & words) for words in listed]
    return [order for order, count in zip(orders, best, strict=True) if count and count == max(best)]


def _words(said: str) -> list[str]:
    """Lists the words of a text, plural or not; of Chinese its pairs of characters."""
    found = [word for word in _WORD.findall(said) if word not in _ANY]
    found += [word[:-1] for word in found if len(word) > _SINGULAR_FROM and word.endswith("s")]
    pairs = [run[n : n + _PAIR] for run in _HAN.findall(said) for n in range(len(run) - 1)]
    return [*found, *pairs]


def _country(code: str, locale: str) -> str:
    try:
        return str(Locale.parse(locale, sep="-").territories.get(code.upper(), "")) if code else ""
    except (UnknownLocaleError, ValueError):
        return ""
