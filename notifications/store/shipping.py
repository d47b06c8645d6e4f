"""Reads where the store delivers to, for how much and how fast (`shipping.yaml`), and computes when it arrives."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from core.files.complaints import CURRENCY
from core.files.documents import Document
from core.files.near import one_of
from notifications.campaigns.cutoffs import arrives, order_by, routes_to
from notifications.store.calendars import Calendar, Route, WorkingDays

PLACE = "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"
AMOUNT = r"^\d{1,9}(\.\d{1,4})?$"
Money = Annotated[str, Meta(pattern=AMOUNT)]
Days = Annotated[int, Meta(ge=0, le=365)]


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to send. `days` only where cutoffs.yaml has no route of the same carrier and service."""

    carrier: str
    service: str
    title: Annotated[dict[str, str], Meta(min_length=1)]
    price: Money
    free_from: Money | None = None
    days: tuple[Days, Days] | None = None


class Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Places with the same services: a country (US), or a part of one (US-HI)."""

    id: Annotated[str, Meta(pattern="^[a-z0-9_-]+$")]
    to: Annotated[tuple[Annotated[str, Meta(pattern=PLACE)], ...], Meta(min_length=1)]
    services: Annotated[tuple[Service, ...], Meta(min_length=1)]


class Shipping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds all of `shipping.yaml`; the first zone that fits a place is its own."""

    currency: Annotated[str, Meta(pattern=CURRENCY)]
    zones: tuple[Zone, ...] = ()

    def zone(self, country: str, region: str) -> Zone | None:
        """Finds a place's zone; None where the store does not deliver."""
        here = {country, f"{country}-{region}"}
        return next((zone for zone in self.zones if here & set(zone.to)), None)

    @property
    def countries(self) -> list[str]:
        """Lists the countries that the store delivers to, in the file's order."""
        return list(dict.fromkeys(place[:2] for zone in self.zones for place in zone.to))


class Offer(msgspec.Struct, frozen=True):
    """A service to a place: the days it takes once it left, the days it would arrive, the last moment to order.

    Without a `price` nobody here knows it.
    """

    titles: Mapping[str, str]
    price: Decimal | None
    free_from: Decimal | None
    days: tuple[int, int]
    arrives: tuple[date, date]
    order_by: datetime | None = None


def load_shipping(path: Path, calendar: Calendar) -> Shipping:
    """Reads `shipping.yaml`. Raises ConfigurationError."""
    document = Document(path)
    shipping = document.read(Shipping)
    known: set[str] = set()
    for place, zone in enumerate(shipping.zones):
        if zone.id in known:
            raise document.fault(f"there are two zones with the id {zone.id}", "zones", place, "id")
        known.add(zone.id)
        for n, service in enumerate(zone.services):
            _check(document, ("zones", place, "services", n), zone, service, calendar)
    return shipping


def offers(
    shipping: Shipping, calendar: Calendar, country: str, region: str, now: datetime, deliver_by: date | None = None
) -> list[Offer]:
    """Lists the services to a place, with the day each would arrive; none where the store does not deliver.

    A store without zones has the routes of its cutoffs.yaml, without prices.
    """
    if not shipping.zones:
        return [_offer(calendar, each, None, now, deliver_by) for each in routes_to(calendar, country, region)]
    zone = shipping.zone(country, region)
    return [_priced(calendar, each, country, region, now, deliver_by) for each in zone.services] if zone else []


def _priced(
    calendar: Calendar, service: Service, country: str, region: str, now: datetime, deliver_by: date | None
) -> Offer:
    days = service.days or (0, 0)
    known = _route(calendar, service, country, region)
    route = known or Route(country, service.carrier, service.service, days[1])
    found = _offer(calendar, route, None if known else days, now, deliver_by)
    free_from = Decimal(service.free_from) if service.free_from is not None else None
    return replace(found, titles=service.title, price=Decimal(service.price), free_from=free_from)


def _offer(
    calendar: Calendar, route: Route, days: tuple[int, int] | None, now: datetime, deliver_by: date | None
) -> Offer:
    """Computes when a parcel on that route arrives, which takes its days, else the fewest to the most of `days`."""
    carrier = calendar.carriers.get(route.carrier, WorkingDays())
    low, high = days or (route.transit_days, route.transit_days)
    there = (arrives(calendar, carrier, low, now), arrives(calendar, carrier, high, now))
    last = order_by(calendar, route, deliver_by) if deliver_by and route.carrier in calendar.carriers else None
    return Offer({"en": route.service}, None, None, (low, high), there, last)


def _route(calendar: Calendar, service: Service, country: str, region: str) -> Route | None:
    same = (service.carrier, service.service)
    return next((each for each in routes_to(calendar, country, region) if (each.carrier, each.service) == same), None)


def _check(document: Document, steps: tuple[str | int, ...], zone: Zone, service: Service, calendar: Calendar) -> None:
    if service.days and service.days[0] > service.days[1]:
        raise document.fault("expected the fewer days first, like [5, 9]", *steps, "days")
    if Decimal(service.free_from or 1) <= 0:
        raise document.fault("expected an amount above 0; what is always free has price 0.00", *steps, "free_from")
    if service.days is not None:
        return
    for place in zone.to:
        country, _, region = place.partition("-")
        if _route(calendar, service, country, region) is None:
            known = [f"{each.carrier} {each.service}" for each in routes_to(calendar, country, region)]
            wanted = f"{service.carrier} {service.service}"
            cure = f"cutoffs.yaml has no route {wanted} to {place}: give days: [from, to], or " + one_of(wanted, known)
            raise document.fault(cure, *steps)
