"""Tests when the digest of the week and of the month is due."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.errors import ConfigurationError
from notifications.store.digest import Digest
from notifications.store.shop import Shop, load_shop
from notifications.store.support_hours import SupportHours
from tests.notifications.test_support_hours import shop

NEW_YORK = ZoneInfo("America/New_York")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("digest", "zone", "now", "expected"),
    [
        (Digest(), NEW_YORK, datetime(2026, 12, 1, 3, tzinfo=UTC), datetime(2026, 11, 30, 14, tzinfo=UTC)),
        (Digest(), NEW_YORK, datetime(2026, 11, 30, 14, tzinfo=UTC), datetime(2026, 11, 30, 14, tzinfo=UTC)),
        (Digest(), NEW_YORK, datetime(2026, 11, 30, 13, 59, tzinfo=UTC), datetime(2026, 11, 23, 14, tzinfo=UTC)),
        (Digest(), NEW_YORK, datetime(2026, 10, 26, 18, tzinfo=UTC), datetime(2026, 10, 26, 13, tzinfo=UTC)),
        (
            Digest("fri", "18:30"),
            SHANGHAI,
            datetime(2026, 12, 1, tzinfo=UTC),
            datetime(2026, 11, 27, 10, 30, tzinfo=UTC),
        ),
        (Digest("sun", "02:30"), NEW_YORK, datetime(2027, 3, 15, tzinfo=UTC), datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),
    ],
)
def test_the_week_is_told_by_the_shops_clock(digest: Digest, zone: ZoneInfo, now: datetime, expected: datetime) -> None:
    assert digest.weekly(now, zone) == expected


@pytest.mark.parametrize(
    ("hours", "now", "expected"),
    [
        ("", datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 2, 14, tzinfo=UTC)),  # the 1st is a Sunday
        ("", datetime(2026, 12, 1, 13, tzinfo=UTC), datetime(2026, 11, 2, 14, tzinfo=UTC)),
        ("", datetime(2026, 12, 1, 14, tzinfo=UTC), datetime(2026, 12, 1, 14, tzinfo=UTC)),
        (
            "sat: [{from: '10:00', to: '12:00'}]",
            datetime(2026, 12, 20, tzinfo=UTC),
            datetime(2026, 12, 5, 14, tzinfo=UTC),
        ),
        ("holidays: [US]", datetime(2027, 1, 20, tzinfo=UTC), datetime(2027, 1, 4, 14, tzinfo=UTC)),
        ("exceptions: {2026-12-01: []}", datetime(2026, 12, 20, tzinfo=UTC), datetime(2026, 12, 2, 14, tzinfo=UTC)),
    ],
)
def test_the_month_is_told_on_its_first_working_day(
    tmp_path: Path, hours: str, now: datetime, expected: datetime
) -> None:
    read = shop(tmp_path, f"support_hours: {{{hours}}}" if ":" not in hours else f"support_hours:\n  {hours}\n")
    assert Digest().monthly(now, NEW_YORK, read.support_hours) == expected


def test_a_desk_that_is_always_open_works_from_monday_to_friday() -> None:
    assert Digest().monthly(datetime(2026, 8, 31, tzinfo=UTC), NEW_YORK, SupportHours()).day == 3


def test_it_is_read_from_the_shop(tmp_path: Path) -> None:
    assert shop(tmp_path, 'digest: {day: tue, at: "08:15", channel: eu/C024BE91L}').digest == Digest(
        "tue", "08:15", "eu/C024BE91L"
    )
    assert shop(tmp_path, "digest: {}").digest == Digest()
    assert shop(tmp_path, "").digest is None
    assert shop(tmp_path, "digest: null").digest is None


@pytest.mark.parametrize(
    ("digest", "expected"),
    [
        ("{day: monday}", r"shop.yaml:4: digest.day: monday: expected one of .*; did you mean 'mon'"),
        ("{at: 9:00}", r"shop.yaml:4: digest.at: expected text like \"09:00\", in quotes"),
        ("{channel: '#desk'}", r"shop.yaml:4: digest.channel: expected text like C024BE91L"),
        ("{days: mon}", r"shop.yaml:4: digest.days: unknown field 'days'.*did you mean 'day'"),
    ],
)
def test_a_mistake_is_named_with_what_mends_it(tmp_path: Path, digest: str, expected: str) -> None:
    with pytest.raises(ConfigurationError, match=expected):
        shop(tmp_path, f"digest: {digest}")


def test_the_shipped_shop_has_one() -> None:
    shipped: Shop = load_shop(Path("config/store/shop.yaml"), ("whatsapp", "messenger", "telegram", "sms"))
    assert shipped.digest == Digest()
