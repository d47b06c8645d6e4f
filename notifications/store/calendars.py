"""Reads `cutoffs.yaml`: working days of warehouse and carriers, their silence, routes, holidays to arrive for."""

from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import holidays
import msgspec
from msgspec import Meta

from core.files.complaints import COUNTRY, SLUG, WALL_TIME
from core.files.documents import Document
from core.files.durations import EXPECTED, duration
from core.files.near import one_of
from core.shop.orders import Shipment
from core.shop.silence import Patience, quiet_days
from notifications.planning.zones import zone

WeekDay = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[WeekDay, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Days = Annotated[int, Meta(ge=0, le=90)]
Wall = Annotated[str, Meta(pattern=WALL_TIME)]
Country = Annotated[str, Meta(pattern=COUNTRY)]


class WorkingDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Declares on which days somebody works. `holidays` are countries or parts of them: `US`, `US-NY`, `CN`.

    `open` wins over `closed`, `closed` over the rest: a carrier may drive on the Sunday before Christmas.
    """

    weekend: tuple[WeekDay, ...] = ("sat", "sun")
    holidays: tuple[str, ...] = ()
    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()

    def works(self, day: date) -> bool:
        """Tells whether `day` is a working day."""
        if day in self.open:
            return True
        free = day in self.closed or WEEK[day.weekday()] in self.weekend
        return not free and not any(day in public_holidays(place) for place in self.holidays)

    def back(self, day: date, count: int) -> date:
        """Returns the working day `count` working days before `day`; for 0 the last one up to `day`."""
        return self._step(day, count, timedelta(days=-1))

    def forward(self, day: date, count: int) -> date:
        """Returns the working day `count` working days after `day`; for 0 the first one from `day` on."""
        return self._step(day, count, timedelta(days=1))

    def _step(self, day: date, count: int, step: timedelta) -> date:
        while not self.works(day):
            day += step
        for _ in range(count):
            day += step
            while not self.works(day):
                day += step
        return day


class Warehouse(WorkingDays, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Declares where parcels start: an order before `cut_off` on a working day leaves `handling_days` later."""

    timezone: str
    cut_off: Wall
    handling_days: Days = 0

    @property
    def zone(self) -> ZoneInfo:
        """Returns the warehouse's zone."""
        return ZoneInfo(self.timezone)

    @property
    def cut_off_time(self) -> time:
        """Returns the wall time until which an order counts for the day."""
        return time.fromisoformat(self.cut_off)


class Silence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Declares how long nothing may be heard of a parcel (`core.shop.silence.Patience`): "48h", in working days. What
    is none is as for all carriers."""

    label: str | None = None
    transit: str | None = None
    delivery: str | None = None

    def over(self, general: Patience) -> Patience:
        """Returns it as lengths of time, over what holds in general."""
        own = {name: duration(length) for name, length in msgspec.structs.asdict(self).items() if length}
        return msgspec.structs.replace(general, **own)


class Carrier(WorkingDays, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Declares when a carrier moves parcels, and how long it may say nothing of one."""

    silence: Silence = Silence()


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Declares a service to a country, or to some of its `regions`: there it replaces the country's of that name."""

    country: Country
    carrier: str
    service: str
    transit_days: Days
    regions: tuple[str, ...] = ()


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Declares a day to arrive by. `id` has the year in it: it is part of the key by which nobody is told twice."""

    id: Annotated[str, Meta(pattern=SLUG)]
    titles: Annotated[dict[str, str], Meta(min_length=1)]
    deliver_by: date
    remind_days_before: tuple[Days, ...] = (7, 2, 1)


class PickUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Declares that orders may be fetched where parcels start: `titles` say where, by language."""

    titles: Annotated[dict[str, str], Meta(min_length=1)]


class Calendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds all of `cutoffs.yaml`. Reminders name the first route to a place, the others are alternatives."""

    warehouse: Warehouse
    carriers: dict[str, Carrier]
    routes: tuple[Route, ...]
    holidays: tuple[Holiday, ...]
    silence: Silence = Silence()
    pick_up: PickUp | None = None
    shop_link: str = ""
    gift_card: str = ""  # a link; gift cards arrive by e-mail, so they are never too late

    def quiet_days(self, shipment: Shipment, now: datetime) -> int:
        """Counts the working days for which the carrier has said nothing of a parcel; 0 where that is no wonder yet. A
        carrier that is not listed works from Monday to Friday."""
        named = {name.casefold(): carrier for name, carrier in self.carriers.items()}
        carrier = named.get(shipment.carrier.strip().casefold(), Carrier())
        patience = carrier.silence.over(self.silence.over(Patience()))
        return quiet_days(shipment, now, patience, lambda moment: carrier.works(moment.date()), self.warehouse.zone)


def load_cutoffs(path: Path) -> Calendar:
    """Reads `cutoffs.yaml`. Raises ConfigurationError."""
    document = Document(path)
    calendar = document.read(Calendar)
    if zone(calendar.warehouse.timezone) is None:
        raise document.fault("expected the name of a time zone, like Europe/Berlin", "warehouse", "timezone")
    for place, route in enumerate(calendar.routes):
        if route.carrier not in calendar.carriers:
            raise document.fault(one_of(route.carrier, calendar.carriers), "routes", place, "carrier")
    _check_holidays(document, calendar)
    everyone: Mapping[tuple[str, ...], WorkingDays] = {
        ("warehouse",): calendar.warehouse,
        **{("carriers", name): carrier for name, carrier in calendar.carriers.items()},
    }
    for steps, days in everyone.items():
        _check(document, steps, days)
    _check_silence(document, calendar.silence)
    for name, carrier in calendar.carriers.items():
        _check_silence(document, carrier.silence, "carriers", name)
        if not _meet(calendar.warehouse, carrier):
            words = f"{name} never works on a day on which the warehouse does: nothing would ever leave"
            raise document.fault(words, "carriers", name)
    return calendar


def _meet(warehouse: Warehouse, carrier: Carrier) -> bool:
    """Tells whether there is a day of the week on which a parcel can be handed over."""
    return bool(set(WEEK) - set(warehouse.weekend) - set(carrier.weekend))


def _check_holidays(document: Document, calendar: Calendar) -> None:
    known: set[str] = set()
    for place, holiday in enumerate(calendar.holidays):
        if holiday.id in known:
            words = f"there are two holidays with the id {holiday.id}; expected a year in each, like christmas-2027"
            raise document.fault(words, "holidays", place, "id")
        known.add(holiday.id)
        if len(set(holiday.remind_days_before)) < len(holiday.remind_days_before):
            raise document.fault("expected each day once", "holidays", place, "remind_days_before")


def past_holidays(path: Path, today: date) -> list[str]:
    """Says of each holiday of a file that is over, with its line, that nobody is told of it any more."""
    document = Document(path)
    return [
        str(
            document.fault(
                f"{each.deliver_by} is over: nobody is told of {each.id} any more", "holidays", place, "deliver_by"
            )
        )
        for place, each in enumerate(load_cutoffs(path).holidays)
        if each.deliver_by < today
    ]


def _check_silence(document: Document, silence: Silence, *steps: str) -> None:
    for name, length in msgspec.structs.asdict(silence).items():
        try:
            duration(length or "1d")
        except ValueError:
            raise document.fault(f"expected {EXPECTED}", *steps, "silence", name) from None


def _check(document: Document, steps: tuple[str, ...], days: WorkingDays) -> None:
    if len(set(days.weekend)) == len(WEEK):
        raise document.fault("expected at least one working day in the week", *steps, "weekend")
    check_holidays(document, days.holidays, *steps)


def check_holidays(document: Document, places: Iterable[str], *steps: str) -> None:
    """Raises ConfigurationError for a place whose public holidays nobody knows, at `steps` of the document."""
    for place in places:
        try:
            public_holidays(place)
        except NotImplementedError:
            raise document.fault(
                f"{place}: expected a country like US, or a part like US-NY", *steps, "holidays"
            ) from None


@lru_cache
def public_holidays(place: str) -> Container[date]:
    """Looks up public holidays of a country (`US`) or part of it (`US-NY`). Raises NotImplementedError for unknown."""
    country, _, part = place.partition("-")
    return holidays.country_holidays(country, subdiv=part or None)
