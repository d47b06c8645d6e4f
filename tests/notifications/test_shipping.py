"""Tests where the store delivers to, for how much, and when it arrives; and what of the file is refused."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from notifications.store.calendars import Calendar, load_cutoffs
from notifications.store.shipping import Shipping, load_shipping, offers

STORE = Path(__file__).parents[2] / "config" / "store"
FILE = """currency: USD
zones:
  - id: far
    to: [US-HI]
    services: [{carrier: UPS, service: Ground, title: {en: Standard}, price: "12.00"}]
  - id: us
    to: [US]
    services: [{carrier: UPS, service: Ground, title: {en: Standard}, price: "5.90", free_from: "75.00"}]
  - id: eu
    to: [FR]
    services: [{carrier: DHL, service: Economy, title: {en: Economy}, price: "14.00", days: [5, 9]}]
"""


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return load_cutoffs(STORE / "cutoffs.yaml")


def read(folder: Path, text: str, calendar: Calendar) -> Shipping:
    path = folder / "shipping.yaml"
    path.write_text(text, encoding="utf-8")
    return load_shipping(path, calendar)


def test_the_first_zone_that_fits_counts(tmp_path: Path, calendar: Calendar) -> None:
    shipping = read(tmp_path, FILE, calendar)
    found = {place: shipping.zone(*place) for place in (("US", "HI"), ("US", "NY"), ("US", ""), ("FR", ""), ("BR", ""))}
    assert {place: zone.id if zone else None for place, zone in found.items()} == {
        ("US", "HI"): "far",
        ("US", "NY"): "us",
        ("US", ""): "us",
        ("FR", ""): "eu",
        ("BR", ""): None,
    }
    assert shipping.countries == ["US", "FR"]


@pytest.mark.parametrize(
    ("now", "place", "arrives"),
    [
        ("2026-12-02T18:00", ("US", "NY"), ("12-10", "12-10")),  # before the cut-off: leaves the next day, five more
        ("2026-12-02T19:30", ("US", "NY"), ("12-11", "12-11")),  # after it
        ("2026-12-05T12:00", ("US", "NY"), ("12-15", "12-15")),  # on a saturday
        ("2026-12-02T18:00", ("US", "HI"), ("12-15", "12-15")),  # the region's own route
        ("2026-12-02T18:00", ("FR", ""), ("12-10", "12-16")),  # days of the file, as there is no route
        ("2026-12-23T18:00", ("US", "NY"), ("01-04", "01-04")),  # over two public holidays
    ],
)
def test_when_it_arrives(
    tmp_path: Path, calendar: Calendar, now: str, place: tuple[str, str], arrives: tuple[str, str]
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    (offer,) = offers(read(tmp_path, FILE, calendar), calendar, *place, moment)
    assert tuple(f"{day:%m-%d}" for day in offer.arrives) == arrives


def test_the_last_moment_for_a_day(tmp_path: Path, calendar: Calendar) -> None:
    shipping, now = read(tmp_path, FILE, calendar), datetime(2026, 12, 2, tzinfo=UTC)
    (offer,) = offers(shipping, calendar, "US", "NY", now, date(2026, 12, 24))
    assert offer.order_by
    assert offer.order_by <= datetime(2026, 12, 24, tzinfo=UTC)
    (later,) = offers(shipping, calendar, "US", "NY", offer.order_by.replace(second=0), date(2026, 12, 24))
    assert later.arrives[1] > date(2026, 12, 24)  # at that very moment it is too late
    assert offers(shipping, calendar, "BR", "", now) == []


def test_a_store_without_zones_has_its_routes_without_prices(calendar: Calendar) -> None:
    now = datetime(2026, 12, 2, 18, tzinfo=UTC)
    found = offers(Shipping("USD"), calendar, "US", "NY", now, date(2026, 12, 24))
    assert {each.price for each in found} == {None}
    ground = next(each for each in found if each.titles == {"en": "Ground"})
    assert ground.arrives == (date(2026, 12, 10), date(2026, 12, 10))
    assert ground.order_by is not None
    assert offers(Shipping("USD"), calendar, "BR", "", now) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("id: us", "id: far", 6, "two zones with the id far"),
        ('price: "5.90"', "price: cheap", 8, ""),
        ("to: [FR]", "to: [France]", 10, ""),
        ("days: [5, 9]", "days: [9, 5]", 11, "the fewer days first"),
        (", days: [5, 9]", "", 11, "cutoffs.yaml has no route DHL Economy to FR: give days: [from, to]"),
        ("carrier: UPS, service: Ground", "carrier: UPS, servise: Ground", 5, "service"),
        ('free_from: "75.00"', 'free_from: "0.00"', 8, "price 0.00"),
    ],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, calendar: Calendar, old: str, new: str, line: int, words: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"shipping.yaml:{line}: ") as caught:
        read(tmp_path, FILE.replace(old, new, 1), calendar)
    assert words in str(caught.value)


def test_ours_is_right(calendar: Calendar) -> None:
    assert load_shipping(STORE / "shipping.yaml", calendar).zones
