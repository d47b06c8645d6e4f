"""Tests that every number of a month equals a recount by brute force, in both databases, however it was measured."""

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from insights.measuring.increments import measure_all as measure
from insights.measuring.measurer import Shop
from insights.metrics.report import Numbers, Waited, numbers
from notifications.store.opening import Desk
from notifications.store.support_hours import Interval, SupportHours
from storage.engine.store import Store
from storage.insight.counting import Span
from storage.people import merges, privacy
from tests.insights import month
from tests.insights.month import BEGIN, DAYS, ZONE, Month

NOW = BEGIN + timedelta(days=DAYS + 3)
OFFICE = (Interval("09:00", "12:00"), Interval("13:00", "17:00"))
HOURS = SupportHours(**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE))
SHOP = Shop(ZONE, lambda team: Desk(HOURS, ZONE.key, team))
SPAN = Span(date(2026, 10, 1), date(2026, 12, 31))


def day_of(at: datetime) -> date:
    return at.astimezone(ZONE).date()


GROUPS: dict[str, Callable[..., str]] = {
    "day": lambda at, *_: str(day_of(at)),
    "week": lambda at, *_: str(day_of(at) - timedelta(days=day_of(at).weekday())),
    "channel": lambda _at, channel, *_: channel,
    "topic": lambda _at, _channel, topic, *_: topic,
    "agent": lambda _at, _channel, _topic, agent, _team: agent,
    "team": lambda _at, _channel, _topic, _agent, team: team,
    "language": lambda *_: "en",
}


def nearest(values: list[float], percent: int) -> float | None:
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1] if values else None


def expected(counted: dict[str, Any]) -> dict[str, Any]:
    shares = {name: counted[name] for name in ("bot_solved", "came_back")}
    told: dict[str, Any] = {name: len(counted[name]) for name in ("contacts", "cases")}
    told |= {name: round(sum(of) / len(of), 4) if of else None for name, of in shares.items()}
    for name in ("first_response_s", "next_reply_s", "resolution_s"):
        for clock, place in (("calendar", 0), ("business", 1)):
            waits = [each[place] for each in counted[name]]
            told |= {f"{name}.{clock}.{percent}": nearest(waits, percent) for percent in (50, 90)}
    return told


def told(found: Numbers) -> dict[str, Any]:
    shown: dict[str, Any] = {name: getattr(found, name) for name in ("contacts", "cases", "bot_solved", "came_back")}
    for name in ("first_response_s", "next_reply_s", "resolution_s"):
        waited: Waited = getattr(found, name)
        for clock, of in (("calendar", waited.calendar), ("business", waited.business)):
            shown |= {f"{name}.{clock}.50": of.p50, f"{name}.{clock}.90": of.p90}
    return shown


def compare(store: Store, made: Month) -> None:
    for by, key in GROUPS.items():
        with store.read() as conn:
            found = {each.key: told(each) for each in numbers(conn, SPAN, by, ZONE)}
        found = {key_: values for key_, values in found.items() if any(values.values())}  # others are of other numbers
        again = {key_: expected(counted) for key_, counted in month.recount(made, key, NOW).items()}
        for name in again | found:
            assert set(found) == set(again)
            assert found[name] == pytest.approx(again[name], abs=0.002), (by, name)


@pytest.mark.parametrize("seed", range(3))
def test_every_number_equals_a_recount(store: Store, seed: int) -> None:
    made = month.make(seed)
    month.write(store, made)
    measure(store, SHOP, BEGIN - timedelta(days=1), NOW, NOW)
    compare(store, made)


def test_measured_bit_by_bit_it_is_the_same(store: Store) -> None:
    made = month.make(7)
    month.write(store, made)
    since = BEGIN - timedelta(days=1)
    while since < NOW:
        until = since + timedelta(hours=31)
        measure(store, SHOP, since, until, min(until, NOW))
        since = until
    compare(store, made)


def test_what_is_measured_again_counts_once(store: Store) -> None:
    made = month.make(9, people=3)
    month.write(store, made)
    for _ in range(2):
        measure(store, SHOP, BEGIN - timedelta(days=1), NOW, NOW)
    compare(store, made)


def test_whoever_is_erased_or_merged_still_counts(store: Store) -> None:
    made = month.make(3)
    month.write(store, made)
    measure(store, SHOP, BEGIN - timedelta(days=1), NOW, NOW)
    erased, *_, one, other = sorted({line.customer for line in made.lines})
    with store.write() as conn:
        privacy.erase(conn, erased, NOW)
    measure(store, SHOP, BEGIN - timedelta(days=1), NOW, NOW)
    compare(store, made)
    with store.write() as conn:
        merges.merge(conn, one, other, "proof", NOW)
    measure(store, SHOP, BEGIN - timedelta(days=1), NOW, NOW)
    with store.read() as conn:
        ours = sum(each.contacts for each in numbers(conn, SPAN, "channel", ZONE))
    assert ours == sum(len(counted["contacts"]) for counted in month.recount(made, GROUPS["channel"], NOW).values())
