"""Tests when people answer in the desk, as the shop writes it."""

from datetime import date
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from notifications.store.shop import Shop, load_shop

SHOP = "name: Northwind\ntimezone: America/New_York\ncurrency: USD\n"
HOURS = """support_hours:
  mon: [{from: "09:00", to: "12:30"}, {from: "13:30", to: "18:00"}]
  sat: [{from: "10:00", to: "24:00"}]
  timezone: Europe/Berlin
  holidays: [US, DE-BE]
  exceptions:
    2026-12-24: [{from: "09:00", to: "12:00"}]
    2026-12-28: []
  teams:
    warehouse: {mon: [{from: "07:00", to: "15:00"}]}
"""


def shop(folder: Path, text: str) -> Shop:
    path = folder / "shop.yaml"
    path.write_text(SHOP + text, encoding="utf-8")
    return load_shop(path, ("whatsapp",))


def test_days_exceptions_and_teams_are_read(tmp_path: Path) -> None:
    hours = shop(tmp_path, HOURS).support_hours
    assert [(day, [(each.start, each.end) for each in of]) for day, of in hours.days.items()] == [
        ("mon", [("09:00", "12:30"), ("13:30", "18:00")]),
        ("sat", [("10:00", "24:00")]),
    ]
    assert hours.exceptions[date(2026, 12, 28)] == ()
    assert hours.teams["warehouse"].mon[0].end == "15:00"
    assert not hours.always


def test_without_a_day_the_desk_is_always_open(tmp_path: Path) -> None:
    assert shop(tmp_path, "").support_hours.always
    assert shop(tmp_path, "support_hours: {}").support_hours.always


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  mon:", "  monday:", r"shop.yaml:5: support_hours.monday: unknown field 'monday'; .*did you mean 'mon'"),
        ('to: "12:30"', 'to: "08:00"', r":5: support_hours.mon.0: expected an end after the beginning"),
        ('from: "13:30"', 'from: "11:30"', r":5: support_hours.mon.1: expected intervals one after the other"),
        ('to: "24:00"', 'to: "25:00"', r':6: support_hours.sat.0.to: expected text like "09:00"'),
        ('from: "10:00"', 'from: "24:00"', r':6: support_hours.sat.0.from: expected text like "09:00"'),
        ("Europe/Berlin", "Berlin", r":7: support_hours.timezone: expected the name of a time zone"),
        ("DE-BE", "DE-XX", r":8: support_hours.holidays: DE-XX: expected a country"),
        ("2026-12-28:", "28.12.:", r"support_hours.exceptions"),
        ('"12:00"', '"08:59"', r":10: support_hours.exceptions.2026-12-24.0: expected an end"),
        ('from: "07:00"', 'form: "07:00"', r":13: support_hours.teams.warehouse.mon.0.form: .*did you mean 'from'"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in HOURS
    with pytest.raises(ConfigurationError, match=expected):
        shop(tmp_path, HOURS.replace(old, new, 1))
