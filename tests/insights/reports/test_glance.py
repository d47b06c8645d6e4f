"""Tests what is told at the desk of today and this week."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from insights.reports.glance import glance
from storage.engine.store import Store
from tests.bots.test_reports import happened
from tests.fakes import shipped_notices

THURSDAY = datetime(2026, 12, 10, 15, tzinfo=UTC)
SHOP = shipped_notices().shop


@pytest.fixture
def counted(store: Store) -> Store:
    """Makes a store with three contacts on each of some days: today, two of this week, and the Monday of the last."""
    for ago in (0, 1, 2, 10):
        happened(store, ago, at=THURSDAY - timedelta(days=ago))
    return store


def told(store: Store, locale: str, url: str = "") -> list[str]:
    with store.read() as conn:
        return glance(conn, replace(SHOP, locale=locale), THURSDAY, url).splitlines()


def test_today_stands_alone_and_the_week_beside_the_same_days(counted: Store) -> None:
    today, week = told(counted, "en")
    assert today.startswith("Thu, Dec 10: Contacts 3 · Solved by the bot – · Cases 0")
    assert week.startswith("Dec 7 – 9, beside Nov 30 – Dec 2: Contacts 6 (+100%) · ")


def test_it_is_in_the_shop_s_language_with_the_way_to_the_pages(counted: Store) -> None:
    today, week, link = told(counted, "zh", "https://shop.example/")
    assert today.startswith("12月10日周四：客户来询 3 · ")
    assert "对比" in week
    assert link == "https://shop.example/dashboard/"
