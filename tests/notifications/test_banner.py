"""Tests what the shop's site shows in peak season, and when that is."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import ConfigurationError
from notifications.campaigns.banner import Banner, Site, banner
from notifications.store.calendars import PickUp
from notifications.store.peak import Peak, peak_now
from notifications.store.shop import Season, load_shop
from notifications.wording.texts import PACKAGED, load_common
from tests.notifications.samples import POLICY

SITE = Site(POLICY.shop, POLICY.cutoffs, POLICY.shipping, load_common(*PACKAGED))
SEASON = datetime(2026, 12, 10, 15, tzinfo=UTC)


def shown(now: datetime = SEASON, country: str = "US", locale: str = "en", site: Site = SITE) -> Banner:
    return banner(site, country, locale, now)


@pytest.mark.parametrize(
    ("now", "country", "active"),
    [
        (
            datetime(2026, 12, 9, 4, tzinfo=UTC),
            "US",
            False,
        ),  # December 8 in New York: a week before the 16th is the 9th
        (datetime(2026, 12, 9, 6, tzinfo=UTC), "US", True),
        (datetime(2026, 12, 25, 4, tzinfo=UTC), "US", True),  # the 24th still
        (datetime(2026, 12, 25, 6, tzinfo=UTC), "US", False),
        (datetime(2026, 12, 4, 15, tzinfo=UTC), "CN", True),  # nine days on the way: reminded earlier
    ],
)
def test_the_season_is_from_the_first_reminder_to_the_day(now: datetime, country: str, active: bool) -> None:
    assert shown(now, country).active is active


def test_the_ordinary_service_is_named_with_its_last_moment() -> None:
    found = shown()
    assert found.text.startswith(
        "Order by Wed, Dec 16, 2:00 PM (New York time) with Standard and it arrives in time for"
    )
    assert [each.service for each in found.cutoffs] == ["Standard", "Express"]
    assert found.cutoffs[0].order_by == "2026-12-16T19:00:00+00:00"
    assert (found.until, found.holiday, found.country) == ("2026-12-24", "christmas-2026", "US")
    assert "圣诞节" in shown(locale="zh-CN").text


def test_what_is_left_is_told_when_it_is_too_late() -> None:
    site = replace(SITE, calendar=replace(POLICY.cutoffs, pick_up=PickUp({"en": "our store"})))
    found = shown(datetime(2026, 12, 23, 15, tzinfo=UTC), site=site)
    assert found.cutoffs == ()
    assert "fetch it: our store, ordered by Wed, Dec 23, 2:00 PM" in found.text
    assert "gift" in found.text


@given(country=st.text(max_size=16), locale=st.text(max_size=16))
def test_whatever_is_asked_there_is_an_answer(country: str, locale: str) -> None:
    found = shown(country=country, locale=locale)
    assert found.active
    assert found.text
    assert found.locale in ("en", "zh")


@pytest.mark.parametrize(
    ("peak", "now", "found"),
    [
        (False, SEASON, None),
        (True, datetime(2026, 7, 1, tzinfo=UTC), Peak()),
        ((Season(date(2026, 7, 1), date(2026, 7, 3)),), datetime(2026, 7, 2, tzinfo=UTC), Peak(date(2026, 7, 3))),
        ((Season(date(2026, 7, 1), date(2026, 7, 3)),), datetime(2026, 7, 4, 12, tzinfo=UTC), None),
    ],
)
def test_the_store_may_say_itself_when_it_is_peak_season(peak: Any, now: datetime, found: Peak | None) -> None:
    shop = replace(POLICY.shop, peak=peak)
    assert peak_now(shop, POLICY.cutoffs, now) == found
    told = shown(now, site=replace(SITE, shop=shop))
    assert told.active is (found is not None)
    assert bool(told.text) is told.active


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("peak: [{from: 2026-12-24, to: 2026-11-20}]", "expected the first day in from"),
        ("peak: [{from: 2026-12-42, to: 2026-11-20}]", "peak"),
        ("peak: sometimes", "peak"),
    ],
)
def test_a_season_that_cannot_be_is_refused(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(f"name: Shop\ntimezone: America/New_York\ncurrency: USD\n{line}\n")
    with pytest.raises(ConfigurationError, match=rf"shop\.yaml:4: .*{message}"):
        load_shop(path, ["sms"])


def test_a_banner_with_an_unknown_word_is_refused(tmp_path: Path) -> None:
    (tmp_path / "common.en.yaml").write_text('banner: "Order by {{ oder_by }}"\n')
    with pytest.raises(ConfigurationError, match=r"common\.en\.yaml:1: .*order_by"):
        load_common(*PACKAGED, tmp_path)
