"""Tests when digests are posted at the desk: each once, by whoever comes first, and none that is late or empty."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bots.wiring.insight import reports
from core.desk.posts import PostDigest
from hub.hub import Hub
from notifications.store.digest import Digest
from storage.engine.store import Store
from storage.insight import measures
from storage.queues import timers
from tests.fakes import NOW, PLACE, STORE_DIR, shipped_notices
from tests.hub.house import House

MONDAY = datetime(2026, 12, 7, 14, tzinfo=UTC)  # 9:00 in New York
SECOND = timedelta(seconds=1)
NO_LINKS = ""


def house_of(store: Store, digest: Digest | None = Digest(), **shop: Any) -> House:  # noqa: B008 - a value
    notices = shipped_notices()
    changed = replace(notices, shop=replace(notices.shop, digest=digest, **shop))
    house = House(store, notices=changed)
    with store.write() as conn:
        timers.ensure(conn, store, reports.TIMER, (reports.WEEK, reports.MONTH), NOW)
        timers.ensure(conn, store, "measures", ("contacts",), NOW)
    return house


def happened(store: Store, name: int, count: int = 3, at: datetime = MONDAY - timedelta(days=3)) -> None:
    """Writes down contacts of a day; they are named after a number."""
    rows = [
        {
            **dict.fromkeys(("channel", "topic", "agent", "team", "language", "detail", "about"), ""),
            "metric": "contact",
            "subject": f"{name}-{number}",
            "conversation_id": f"c{number}",
            "at": at,
            "day": at.date(),
            "week": at.date() - timedelta(days=at.weekday()),
            "hour": 9,
            "value": 1,
            "business": None,
        }
        for number in range(count)
    ]
    with store.write() as conn:
        measures.replace(conn, store, ("contact",), (), rows)


def counted(house: House, until: datetime) -> None:
    with house.store.write() as conn:
        timers.mark_done(conn, "measures", "contacts", until)


def look(house: House, now: datetime, subject: str = reports.WEEK, url: str = NO_LINKS) -> list[PostDigest]:
    """Lets a worker look; returns the digests that came out."""
    counted(house, now)
    house.clock.time = now
    reports.kind(STORE_DIR, url).handle(house.hub, subject, now)
    return [each for each in house.posts() if isinstance(each, PostDigest)]


def test_the_week_is_told_once_on_its_day(store: Store) -> None:
    house = house_of(store)
    happened(store, 1)
    assert look(house, NOW) == []  # what was before is not told
    assert look(house, MONDAY - SECOND) == []
    (told,) = look(house, MONDAY)
    assert told.shown.title == "Northwind: the week of Nov 30 – Dec 6"
    assert told.shown.parts[0].lines[0].text.startswith("Contacts: 3")
    assert told.shown.foot is not None
    assert not told.shown.foot.url
    assert house.desk.places == [PLACE]
    assert look(house, MONDAY + timedelta(hours=1)) == []
    assert look(house, MONDAY + timedelta(days=6)) == []


def test_the_month_is_told_on_its_first_working_day_with_links(store: Store) -> None:
    house = house_of(store, Digest(channel="C0REPORTS1"), locale="zh")
    happened(store, 1)
    assert look(house, NOW, reports.MONTH) == []
    (told,) = look(house, datetime(2027, 1, 1, 14, tzinfo=UTC), reports.MONTH, "https://shop.example")
    assert told.shown.title == "Northwind：2026年12月"
    assert told.shown.parts[0].title == "指标"
    assert (
        told.shown.parts[0].lines[0].url.startswith("https://shop.example/dashboard/metrics/contacts?from=2026-12-01")
    )
    assert told.shown.foot is not None
    assert told.shown.foot.url == "https://shop.example/dashboard/reports?kind=month&of=2026-12-31"
    assert house.desk.places == ["C0REPORTS1"]


@pytest.mark.parametrize(("late", "told"), [(timedelta(days=1), 1), (timedelta(days=3), 0)])
def test_after_an_outage_it_is_told_late_or_not_at_all(store: Store, late: timedelta, told: int) -> None:
    house = house_of(store)
    happened(store, 1)
    look(house, NOW)
    assert len(look(house, MONDAY + late)) == told
    assert look(house, MONDAY + late + SECOND) == []


def test_it_waits_until_its_days_are_counted(store: Store) -> None:
    house = house_of(store)
    happened(store, 1)
    look(house, NOW)
    counted(house, MONDAY - timedelta(days=1))
    house.clock.time = MONDAY
    reports.kind(STORE_DIR, NO_LINKS).handle(house.hub, reports.WEEK, MONDAY)
    assert house.posts() == []
    assert len(look(house, MONDAY + timedelta(minutes=30))) == 1


def test_a_week_in_which_nothing_happened_is_not_told(store: Store) -> None:
    house = house_of(store)
    look(house, NOW)
    assert look(house, MONDAY) == []


def test_a_store_that_wants_none_gets_none(store: Store) -> None:
    house = house_of(store, None)
    happened(store, 1)
    look(house, NOW)
    assert look(house, MONDAY) == []


def test_of_two_who_find_it_due_one_posts_it(store: Store) -> None:
    house = house_of(store)
    happened(store, 1)
    look(house, NOW)
    first = hub_that_is_overtaken(house, MONDAY)
    reports.kind(STORE_DIR, NO_LINKS).handle(first, reports.WEEK, MONDAY)
    assert len([each for each in house.posts() if isinstance(each, PostDigest)]) == 1


def hub_that_is_overtaken(house: House, now: datetime) -> Hub:
    """Makes the hub of a worker that another one overtakes while it makes its report."""
    counted(house, now)
    house.clock.time = now

    def clock() -> datetime:
        reports.kind(STORE_DIR, NO_LINKS).handle(house.hub, reports.WEEK, now)
        return now

    return dataclasses.replace(house.hub, clock=clock)
