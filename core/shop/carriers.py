"""Knows the carriers: their many names are one, and each has a page that shows where a parcel is (`carriers.yaml`)."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

import msgspec

from core.files.documents import Document
from core.shop.orders import Shipment

TABLE = Path(__file__).with_name("carriers.yaml")
TELLING = 8  # signs of a number that is hardly another carrier's too
_BETWEEN = re.compile(r"[\W_]+")


class Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds one carrier. `codes`: its numbers at 17TRACK. `link`: its tracking page, with `{number}` and, where it asks
    for one, `{postcode}`; `links`: those of its companies that have a page of their own, by the company's alias."""

    name: str
    aliases: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()
    link: str = ""
    links: Mapping[str, str] = {}


def agree(one: str, other: str, number: str) -> bool:
    """Tells whether two names may be of one carrier, that of this number (in normal form).

    A name that is not in the table may be a service, or a word of the shop's own: then a long number decides.
    """
    first, second = (_known(name) for name in (one, other))
    if not one.strip() or not other.strip() or _form(one) == _form(other):
        return True
    if first is not None and second is not None:
        return first is second
    return len(number) >= TELLING


def named(name: str) -> str:
    """Returns a carrier's own name for one of its many: `USPS` for `usps`; what nobody knows stays as it is."""
    known = _known(name)
    return known.name if known else name.strip()


def coded(code: int) -> str:
    """Returns the name of the carrier that has this number at 17TRACK; empty for one that is not in the table."""
    return next((each.name for each in _table().values() if code in each.codes), "")


def link(parcel: Shipment) -> str:
    """Returns the page that shows where a parcel is: the shop's own, else the carrier's; empty where there is none."""
    if parcel.tracking_url or not parcel.tracking_number:
        return parcel.tracking_url
    return page(parcel.carrier, parcel.tracking_number)


def page(name: str, number: str, postcode: str = "") -> str:
    """Returns a carrier's page of this parcel; empty where there is none, or where it asks for a postcode we lack."""
    known, number = _known(name), number.strip()
    if known is None or not number:
        return ""
    form = _form_of(name)
    found = next((link for alias, link in known.links.items() if _form(alias) == form), known.link)
    if "{postcode}" in found and not postcode:
        return ""
    return found.format(number=quote(number, safe=""), postcode=quote(postcode, safe=""))


def _known(name: str) -> Carrier | None:
    form = _form_of(name)
    return _names()[form] if form else None


def _form_of(name: str) -> str:
    """Finds which of all carriers' names this is, or begins with: `DHL Express Worldwide`; empty for none."""
    words = _BETWEEN.sub(" ", name.casefold()).split()
    forms = ("".join(words[:count]) for count in range(len(words), 0, -1))
    return next((form for form in forms if form in _names()), "")


def _form(name: str) -> str:
    return _BETWEEN.sub("", name.casefold())


@cache
def _table() -> Mapping[str, Carrier]:
    return Document(TABLE).read(dict[str, Carrier])


@cache
def _names() -> Mapping[str, Carrier]:
    return {_form(name): each for key, each in _table().items() for name in (key, each.name, *each.aliases)}
