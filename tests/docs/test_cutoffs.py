"""Tests that the worked example of the cutoffs says what the code does."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from notifications.campaigns.cutoffs import alternatives, cutoffs
from notifications.store.calendars import Calendar, load_cutoffs

PAGE = (Path(__file__).parents[2] / "docs" / "store" / "cutoffs.md").read_text("utf-8")
LONG_BEFORE = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def calendar(tmp_path_factory: pytest.TempPathFactory) -> Calendar:
    path: Path = tmp_path_factory.mktemp("store") / "cutoffs.yaml"
    path.write_text(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL).group(1), "utf-8")  # type: ignore[union-attr] # it is there
    return load_cutoffs(path)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo('America/New_York')):%a %Y-%m-%d %H:%M}"


def test_the_table_is_what_comes_out(calendar: Calendar) -> None:
    (christmas,) = calendar.holidays
    told = {
        f"{each.route.carrier} {each.route.service}": each.order_by for each in cutoffs(calendar, christmas, "US", "NY")
    }
    fetched = alternatives(calendar, christmas, "US", "NY", LONG_BEFORE).pick_up
    assert fetched is not None
    rows = {name: local(moment) for name, moment in {**told, "to be fetched": fetched}.items()}
    written = dict(re.findall(r"^\| (\w[\w ]+) \| (\w{3} \d{4}-\d\d-\d\d \d\d:\d\d) \|$", PAGE, re.MULTILINE))
    assert written == rows


def test_hawaii_has_a_service_of_its_own(calendar: Calendar) -> None:
    (christmas,) = calendar.holidays
    ground = next(each for each in cutoffs(calendar, christmas, "US", "HI") if each.route.service == "Ground")
    assert f"UPS Ground until {local(ground.order_by)}" in PAGE
