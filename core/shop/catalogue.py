"""Describes the store's products and finds those that somebody names: "do you have the leather boots in black?"."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec
from rapidfuzz import fuzz

from core.content.terms import terms as content_terms
from core.shop.order_numbers import normal_form
from core.shop.orders import Line, label

MOST = 20  # products that one text may name
LIKE, LIKE_FROM = 82, 4  # how alike of a hundred; letters of a word that may be misspelt


class Variant(msgspec.Struct, frozen=True, omit_defaults=True):
    """One form of a product that can be bought. `stock` is None where the store does not count it.

    `available_on` is the day from which it is sent; until then it can be ordered ahead.
    """

    id: str
    sku: str = ""
    options: dict[str, str] = {}  # {"size": "42", "colour": "black"}
    price: Decimal | None = None
    currency: str = ""
    stock: int | None = None
    available_on: date | None = None

    @property
    def label(self) -> str:
        """Names it beside its product, by what it is chosen by: "42 / black"; "" where there is nothing to choose."""
        return label(self.options)

    @property
    def name(self) -> str:
        """Names it where something must stand: in a menu of variants."""
        return self.label or self.sku or self.id

    def is_there(self, today: date) -> bool:
        """Tells whether it can be sent now."""
        return self.stock != 0 and not self.is_ahead(today)

    def is_ahead(self, today: date) -> bool:
        """Tells whether it can only be ordered ahead."""
        return self.available_on is not None and self.available_on > today


class Product(msgspec.Struct, frozen=True, omit_defaults=True):
    """A product with its variants. `titles` are its names in other languages, by locale."""

    id: str
    title: str
    description: str = ""
    url: str = ""
    image: str = ""
    options: tuple[str, ...] = ()  # names, in the order they are asked for
    variants: tuple[Variant, ...] = ()
    titles: dict[str, str] = {}
    tags: tuple[str, ...] = ()

    def named(self, locale: str) -> str:
        """Returns its name in this language, else the store's own."""
        return self.titles.get(locale) or self.titles.get(locale.partition("-")[0]) or self.title

    def stocked(self, variant_id: str, stock: int | None) -> "Product":
        """Returns it with so many of this variant in stock, or of each where `variant_id` is empty."""
        variants = tuple(
            msgspec.structs.replace(each, stock=stock) if variant_id in ("", each.id) else each
            for each in self.variants
        )
        return msgspec.structs.replace(self, variants=variants)

    def variant(self, id_: str) -> Variant | None:
        """Finds the variant with this id."""
        return next((each for each in self.variants if each.id == id_), None)


def variant_of(line: Line, variants: Iterable[Variant]) -> Variant | None:
    """Finds the variant that an order's line is of: by its id, by SKU, else by what is told of it."""
    listed = list(variants)
    for each in listed:
        if each.id == line.variant_id or (line.sku and each.sku == line.sku):
            return each
    told = line.options or ({"": line.variant} if line.variant else {})
    same = [each for each in listed if told and _alike(told, each.options)]
    return same[0] if len(same) == 1 else None


def _alike(told: Mapping[str, str], options: Mapping[str, str]) -> bool:
    if "" in told:
        return told[""] == label(options) or [told[""]] == list(options.values())
    return dict(told) == dict(options)


_COMMON_WORDS = (
    "a all an and any are as at be between big bigger buy by can cost could difference do does far few fit for "
    "from give had has have how i if in instead into is it its item just large larger less like long many "
    "me more most much my need new not of off on one only or order ordered other our out please price product "
    "ship shipping show size sell small smaller so some stock store tell than that the their them there these "
    "they this those to too up us want was we what when where which who will with without would you your"
)
_COMMON = frozenset(_COMMON_WORDS.split())


def words(text: str) -> list[str]:
    """Lists the words by which names are compared, in order, without those that every question has."""
    return [word for word in content_terms(text) if word not in _COMMON]


def terms(product: Product) -> set[str]:
    """Lists what a product is found by: the words of its names (`w:`), SKUs (`s:`), ids of it and its variants."""
    named = {f"w:{word}" for title in (product.title, *product.titles.values()) for word in words(title)}
    codes = {f"s:{form}" for each in product.variants if (form := normal_form(each.sku))}
    return named | codes | {f"v:{each.id}" for each in product.variants} | {f"p:{product.id}"}


def asked_for(text: str) -> set[str]:
    """Lists the terms of a text, by which products are looked up."""
    codes = {normal_form(token) for token in re.split(r"[\s,;!?，。；！？]+", text)}
    return {f"w:{word}" for word in words(text)} | {f"s:{code}" for code in codes if len(code) > 2}


def ranked(wanted: Collection[str], products: Sequence[Product]) -> list[Product]:
    """Orders the products that these terms name, best first.

    A SKU names its product alone. Else one of whose words more are said leaves out another whose words are among them:
    "leather boots" is no leather belt. What only names a variant of another means that one:
    "mug in blue" is no blue teacup.
    """
    found = [(product, terms(product) & set(wanted)) for product in products]
    by_code = [product for product, hit in found if any(term[0] == "s" for term in hit)]
    if by_code:
        return by_code[:MOST]
    kept = [(product, hit) for product, hit in found if hit and not any(hit < other for _, other in found)]
    own = [
        (product, hit)
        for product, hit in kept
        if not any(hit <= _attributes(other) for other, _ in kept if other != product)
    ]
    return [each for each, _ in sorted(own, key=lambda pair: (-_share(*pair), pair[0].title))][:MOST]


def _attributes(product: Product) -> set[str]:
    """Lists the words by which its variants are told apart, as terms."""
    return {f"w:{word}" for each in product.variants for value in each.options.values() for word in words(value)}


def like(term: str, known: Iterable[str]) -> set[str]:
    """Finds the known words that this one is misspelt from: of four letters or more, the first one right."""
    word = term.removeprefix("w:")
    if word == term or len(word) < LIKE_FROM or not (word.isalpha() and word.isascii()):
        return set()
    return {each for each in known if each.startswith(f"w:{word[0]}") and fuzz.ratio(word, each[2:]) >= LIKE}


def _share(product: Product, hit: Collection[str]) -> float:
    """Tells how much of the product's best-met name is said."""
    said = {term[2:] for term in hit}
    shares = [
        len(said & own) / len(own) for title in (product.title, *product.titles.values()) if (own := {*words(title)})
    ]
    return max(shares, default=0.0)
