"""Tests that what is behind a number is all of it, in the order that says most, page by page."""

from datetime import date, timedelta
from typing import Any

import pytest

from insights.measuring.increments import measure_all
from insights.metrics.behind import Behind, every, rows
from insights.metrics.counting import counted
from insights.metrics.definitions import metrics
from storage.engine.store import Store
from storage.insight.counting import BY, EVERYTHING, Only
from storage.people import privacy
from tests.insights import test_a_month
from tests.insights.month import BEGIN, ZONE
from tests.insights.test_a_month import DAY, NAMES, NOW, SHOP, SPAN, Made


@pytest.fixture
def made(store: Store) -> Made:
    of = test_a_month.made(store, 11, people=6)
    measure_all(store, SHOP, BEGIN - DAY, NOW, NOW)
    return of


def all_of(store: Store, name: str, **more: Any) -> list[Behind]:
    with store.read() as conn:
        return list(every(conn, metrics()[name], SPAN, more.pop("only", EVERYTHING), ZONE, **more))


def listed(store: Store, name: str) -> list[Behind]:
    with store.read() as conn:
        return rows(conn, metrics()[name], SPAN, EVERYTHING, ZONE, limit=10_000)[0]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("contact_share", "contacts_per_100_orders")])
def test_behind_a_group_are_as_many_as_it_is_made_of(store: Store, made: Made, name: str) -> None:
    assert made.month.cases
    for by in BY:
        with store.read() as conn:
            groups = counted(conn, [name], SPAN, by, ZONE)
        for key, values in groups.items():
            assert len(all_of(store, name, key=(by, key))) == values[name].n, (by, key)


def test_pages_are_one_list(store: Store, made: Made) -> None:
    assert made.month.cases
    for name in ("contacts", "came_back", "bot_solved", "first_response_s", "csat", "backlog"):
        whole = listed(store, name)
        pages, after = list[Behind](), ""
        while True:
            with store.read() as conn:
                page, following = rows(conn, metrics()[name], SPAN, EVERYTHING, ZONE, limit=3, after=after)
            pages += page
            if following is None:
                break
            after = following
        assert pages == whole
        assert len({each.subject for each in pages}) == len(pages)
        assert {each.subject for each in all_of(store, name)} == {each.subject for each in whole}


def test_a_file_is_by_day_the_last_one_first(store: Store, made: Made) -> None:
    assert made.month.cases
    for name in ("contacts", "first_response_s"):
        days = [each.at.astimezone(ZONE).date() for each in all_of(store, name)]
        assert len(set(days)) > 1
        assert days == sorted(days, reverse=True)


def test_what_says_most_comes_first(store: Store, made: Made) -> None:
    assert made.month.cases
    lasted = [each.value or 0 for each in listed(store, "first_response_s")]
    assert lasted == sorted(lasted, reverse=True)
    returned = [each.value or 0 for each in listed(store, "came_back")]
    assert returned == sorted(returned, reverse=True)
    assert returned[0] == 1
    solved = [each.value or 0 for each in listed(store, "bot_solved")]
    assert solved == sorted(solved)
    newest = [each.at for each in listed(store, "contacts")]
    assert newest == sorted(newest, reverse=True)


def test_a_wait_is_told_in_seconds_of_both_clocks(store: Store, made: Made) -> None:
    waits = sorted(each.value or 0 for each in all_of(store, "first_response_s"))
    again = [
        (each.until - each.since).total_seconds()
        for case in made.month.cases
        for each in test_a_month.desk_month.replayed(made.month, made.desk, case).answered
        if each.name == "first_response_s"
    ]
    assert waits == pytest.approx(sorted(again), abs=0.002)
    assert all(each.business is not None for each in all_of(store, "first_response_s"))
    assert all(each.business is None for each in all_of(store, "first_bot_response_s"))


def test_filters_narrow_it_down(store: Store, made: Made) -> None:
    assert made.month.cases
    found = all_of(store, "contacts", only=Only(channel="sms", language="en"))
    assert found
    assert {(each.channel, each.language) for each in found} == {("sms", "en")}
    assert all_of(store, "contacts", only=Only(channel="pigeon")) == []


def test_what_stands_open_leads_to_its_conversations_oldest_first(store: Store, made: Made) -> None:
    found = all_of(store, "backlog")
    assert {each.subject for each in found} <= {case.id for case in made.month.cases} | {e.id for e in made.desk.ends}
    assert all(each.conversation_id and each.value is None for each in found)
    assert [each.at for each in found] == sorted(each.at for each in found)


def test_whoever_is_erased_is_counted_and_led_to_no_more(store: Store, made: Made) -> None:
    customer = made.month.lines[0].customer
    before = len(all_of(store, "contacts"))
    with store.write() as conn:
        privacy.erase(conn, customer, NOW)
    found = all_of(store, "contacts")
    assert len(found) == before
    assert "" in {each.conversation_id for each in found}


@pytest.mark.parametrize("after", ["x", "1.2", "..", "1.2.3.4", "9" * 400])
def test_what_is_no_cursor_is_refused(store: Store, after: str) -> None:
    with store.read() as conn, pytest.raises(ValueError, match="is no cursor"):
        rows(conn, metrics()["csat"], SPAN, EVERYTHING, ZONE, after=after)


@pytest.mark.parametrize(
    "key",
    [
        ("day", "monday"),
        *(("hour", each) for each in ("noon", "", "24", "-1", "99999", "٣", "9" * 30)),
        ("moon", "full"),
    ],
)
def test_what_is_no_group_is_refused(store: Store, key: tuple[str, str]) -> None:
    with store.read() as conn, pytest.raises(ValueError, match="is no"):
        rows(conn, metrics()["contacts"], SPAN, EVERYTHING, ZONE, key=key)


@pytest.mark.parametrize("by", ["day", "week"])
def test_of_what_stands_open_a_time_outside_of_the_span_is_the_nearest_inside(
    store: Store, made: Made, by: str
) -> None:
    assert made.month.cases
    for end, inside in zip((date.min, date.max), SPAN, strict=True):
        assert all_of(store, "backlog", key=(by, str(end))) == all_of(store, "backlog", key=("day", str(inside)))


def test_a_day_outside_of_the_span_has_nothing(store: Store, made: Made) -> None:
    assert made.month.cases
    outside = str(date(2025, 1, 1) + timedelta(days=3))
    assert all_of(store, "contacts", key=("day", outside)) == []
