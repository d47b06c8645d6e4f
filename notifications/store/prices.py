"""Reads what providers charge for a message (`prices.yaml`), and estimates what one costs beforehand."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import msgspec
import phonenumbers
from msgspec import Meta

from core.files.complaints import CURRENCY, PRICE
from core.files.documents import Document
from core.files.near import hint, one_of
from core.people.addresses import country_of

ANYWHERE = "default"
_PREFIX = re.compile(r"\+[1-9]\d{0,9}")

Amount = Annotated[str, Meta(pattern=PRICE)]


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a message of each category costs; None where it is as in a wider place."""

    marketing: Amount | None = None
    utility: Amount | None = None
    authentication: Amount | None = None
    service: Amount | None = None  # free text in the reply window


CATEGORIES = Rates.__struct_fields__


class Price(msgspec.Struct, frozen=True):
    """What something costs, exactly; a message often costs less than a cent."""

    amount: Decimal
    currency: str


class Tariff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a channel's messages cost, by place: a country, the beginning of a number (+49), or `default`."""

    currency: Annotated[str, Meta(pattern=CURRENCY)]
    places: dict[str, Amount | Rates] = {}  # an amount is for all categories
    source: str = ""
    as_of: date | None = None

    def rate(self, category: str, place: str) -> Decimal | None:
        """Finds the price of one message or segment; the nearest place that has one for the category counts."""
        for name in _places(place, self.places):
            rates = self.places[name]
            rate = rates if isinstance(rates, str) else getattr(rates, category, None)
            if rate is not None:
                return Decimal(rate)
        return None


class Prices(msgspec.Struct, frozen=True):
    """Holds the tariffs by channel."""

    tariffs: Mapping[str, Tariff] = {}

    def estimate(self, channel: str, category: str, country: str, parts: int = 1) -> Price | None:
        """Estimates what a message of so many parts (segments of an SMS, messages elsewhere) costs; None where no price
        is known.

        `category`: one of CATEGORIES. `country`: a country (US), or the number or WhatsApp id of the customer.
        """
        tariff = self.tariffs.get(channel)
        rate = tariff.rate(category, country) if tariff else None
        return None if tariff is None or rate is None else Price(rate * parts, tariff.currency)


def load_prices(channels: Collection[str], *paths: Path) -> Prices:
    """Reads `prices.yaml`, each file over those before it. Raises ConfigurationError."""
    tariffs: dict[str, Tariff] = {}
    for path in paths:
        for channel, tariff in _read(path, channels).items():
            tariffs[channel] = _over(tariffs.get(channel), tariff)
    return Prices(tariffs)


def _places(place: str, known: Collection[str]) -> Iterable[str]:
    """Lists the known places that something lies in, the narrowest first."""
    prefixes = [name for name in known if name.startswith("+") and place.startswith(name)]
    yield from sorted(prefixes, key=len, reverse=True)
    yield from (name for name in (place, country_of(place), ANYWHERE) if name in known)


def _over(below: Tariff | None, above: Tariff) -> Tariff:
    """Lays a tariff over another; sums in two currencies do not go together."""
    if below is None or below.currency != above.currency:
        return above
    places = {**below.places, **above.places}
    for name in below.places.keys() & above.places.keys():
        old, new = below.places[name], above.places[name]
        if isinstance(old, Rates) and isinstance(new, Rates):
            own = {category: rate for category, rate in msgspec.structs.asdict(new).items() if rate}
            places[name] = msgspec.structs.replace(old, **own)
    return Tariff(above.currency, places, above.source or below.source, above.as_of or below.as_of)


def _read(path: Path, channels: Collection[str]) -> dict[str, Tariff]:
    document = Document(path)
    tariffs = document.read(dict[str, Tariff])
    for channel, tariff in tariffs.items():
        if channel not in channels:
            raise document.fault(one_of(channel, channels), channel)
        for place in tariff.places:
            if place != ANYWHERE and not _PREFIX.fullmatch(place) and place not in phonenumbers.SUPPORTED_REGIONS:
                near = hint(place, [ANYWHERE, *sorted(phonenumbers.SUPPORTED_REGIONS)])
                raise document.fault(
                    f"expected a country like US, the beginning of numbers like +49, or default{near}",
                    *(channel, "places", place),
                )
    return tariffs
