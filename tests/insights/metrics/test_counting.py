"""Tests that every number equals a count of its measures one by one, grouped and filtered, in both databases."""

import math
import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from insights.measuring.measurer import Row, Shop, row
from insights.metrics.counting import Value, counted
from insights.metrics.definitions import Metric, metrics
from notifications.store.opening import Desk
from notifications.store.support_hours import SupportHours
from storage.engine.store import Store
from storage.insight import measures
from storage.insight.counting import BY, EVERYTHING, OPEN, Only, Span
from storage.shop.tables import orders

ZONE = ZoneInfo("Europe/London")
SHOP = Shop(ZONE, lambda team: Desk(SupportHours(), ZONE.key, team))
BEGIN = datetime(2026, 10, 20, tzinfo=UTC)  # summer time ends on October 25
SPAN = Span(date(2026, 10, 22), date(2026, 11, 8))
DAY = timedelta(days=1)
NUMBER = 1500
CARRIED = ("channel", "topic", "agent", "team", "language", "detail")


def details() -> dict[str, list[str]]:
    """Returns which details the definitions name, by measure."""
    found: dict[str, list[str]] = {}
    for metric in metrics().values():
        for of in filter(None, (metric.counts, metric.per)):
            found.setdefault(of.metric, ["other"]).extend(of.details)
    return found


def made(chance: random.Random) -> list[Row]:
    """Makes measures at random: of each definition's own, and all the values that there may be."""
    known, rows = details(), list[Row]()
    standing = {metric.of.measure for metric in metrics().values() if metric.of.as_ == "standing"}
    for number in range(NUMBER):
        metric = chance.choice(sorted(known.keys() - {"order"}))
        at = BEGIN + timedelta(minutes=chance.randrange(24 * 60 * 24))
        more: dict[str, Any] = {"value": chance.randrange(12), "detail": chance.choice(known[metric])}
        more |= {"channel": chance.choice(("sms", "whatsapp")), "topic": chance.choice(("", "returns", "faq"))}
        more |= {"agent": chance.choice(("", "UBEA")), "team": chance.choice(("", "support")), "language": "en"}
        if any(each.of.as_ == "share" and each.of.measure == metric for each in metrics().values()):
            more["value"] = chance.randrange(2)
        if chance.random() < 0.5:
            more["business"] = chance.randrange(5000)
        if metric in standing:
            over = chance.choice((date.max, (at + timedelta(days=chance.randrange(9))).astimezone(ZONE).date()))
            more |= {"value": OPEN, "day": over, "week": over - timedelta(days=over.weekday())}
        made_ = row(SHOP, metric, f"{number:024}", "c1", at)
        rows.append(made_ | more)
    return rows


def placed(number: int) -> datetime:
    return BEGIN + number * timedelta(minutes=997)


@pytest.fixture
def rows(store: Store) -> list[Row]:
    found = made(random.Random(5))
    with store.write() as conn:
        measures.replace(conn, store, sorted(details()), ["c1"], found)
        for number in range(30):
            order = {"number": str(number), "placed_at": placed(number), "status": "x", "currency": "USD"}
            conn.execute(orders.insert(), {**order, "total": "1", "buyer": "{}", "shipping": "{}", "told_at": BEGIN})
    return found


def key_of(by: str | None) -> Callable[[Row], str]:
    if by is None:
        return lambda _: ""
    return lambda each: f"{each[by]:02}" if by == "hour" else str(each[by])


def those(of: Any, rows: Sequence[Row], only: Only) -> list[Row]:
    wanted = {name: getattr(only, name) for name in CARRIED if getattr(only, name) is not None}
    return [
        each
        for each in rows
        if each["metric"] == of.metric and (not of.details or each["detail"] in of.details)
        if SPAN.first <= each["day"] <= SPAN.last and all(each[name] == word for name, word in wanted.items())
    ]


def expected(metric: Metric, rows: Sequence[Row], by: str | None, only: Only) -> dict[str, Any]:
    """Counts one number again, by group."""
    if metric.of.as_ == "standing":
        return stood(metric, rows, by, only)
    own = those(metric.counts, rows, only)
    groups = {key: [each for each in own if key_of(by)(each) == key] for key in map(key_of(by), own)}
    if metric.of.as_ == "part":
        whole = len(those(metric.counts, rows, EVERYTHING))
        return {key: len(group) / whole for key, group in groups.items()}
    if metric.per:
        return ratios(metric, rows, groups, by, only)
    return {key: amount(metric, group) for key, group in groups.items()}


def amount(metric: Metric, group: Sequence[Row]) -> Any:
    values = [each["value"] for each in group]
    scale = {"seconds": 1000, "money": 1_000_000}.get(metric.unit, 1)
    if metric.of.as_ == "wait":
        business = [each["business"] for each in group if each["business"] is not None]
        return (nearest(values, 50), nearest(values, 90), nearest(business, 50), nearest(business, 90))
    return {
        "number": len(values),
        "sum": sum(values) / scale,
        "share": sum(values) / len(values),
        "mean": sum(values) / len(values) / scale,
        "top": sum(value >= 4 for value in values) / len(values),
        "nps": 100 * (sum(value >= 9 for value in values) - sum(value <= 6 for value in values)) / len(values),
    }[metric.of.as_]


def nearest(values: Sequence[float], percent: int) -> float | None:
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1] / 1000 if values else None


def ratios(metric: Metric, rows: Sequence[Row], groups: dict[str, list[Row]], by: str | None, only: Only) -> Any:
    parted = by is None or by in ("day", "week", "hour") or by in metric.of.shared
    per = second(metric, rows, by if parted else None, only)
    found = {}
    for key in {*groups, *(per if parted else ())}:
        group, below = groups.get(key, []), per.get(key if parted else "", 0)
        scale = 1_000_000 if metric.unit == "money" else 1
        above = sum(each["value"] for each in group) / scale if metric.of.as_ == "sum" else len(group)
        found[key] = metric.of.times * above / below if below else None
    return found


def second(metric: Metric, rows: Sequence[Row], by: str | None, only: Only) -> dict[str, int]:
    assert metric.per
    if metric.per.metric == "order":
        times = [placed(number).astimezone(ZONE) for number in range(30)]
        ordered = [row(SHOP, "order", "o", "o", at) for at in times if SPAN.first <= at.date() <= SPAN.last]
    else:
        shared = {name: getattr(only, name) for name in metric.of.shared}
        ordered = those(metric.per, rows, Only(**shared))
    keys = [key_of(by)(each) for each in ordered]
    return {key: keys.count(key) for key in keys}


def stood(metric: Metric, rows: Sequence[Row], by: str | None, only: Only) -> dict[str, int]:
    wanted = {name: getattr(only, name) for name in CARRIED if getattr(only, name) is not None}
    own = [each for each in rows if each["metric"] == metric.of.measure]
    own = [each for each in own if all(each[name] == word for name, word in wanted.items())]
    found: dict[str, int] = {}
    days = [SPAN.first + number * DAY for number in range((SPAN.last - SPAN.first).days + 1)]
    for day in days if by in ("day", "week") else [] if by == "hour" else [SPAN.last]:
        over = datetime.combine(day + DAY, time(), ZONE)
        there = [each for each in own if each["at"] + metric.of.age < over and each["day"] > day]
        if by in ("day", "week"):
            found[str(day if by == "day" else day - timedelta(days=day.weekday()))] = len(there)
        else:
            for each in there:
                found[key_of(by)(each)] = found.get(key_of(by)(each), 0) + 1
    return {key: number for key, number in found.items() if number}


def told(metric: Metric, value: Value) -> Any:
    if metric.of.as_ == "wait":
        return (value.p50, value.p90, value.business_p50, value.business_p90)
    return value.value


@pytest.mark.parametrize(
    "only", [EVERYTHING, Only(channel="sms"), Only(topic="returns", team="support"), Only(detail="other", agent="UBEA")]
)
def test_every_number_equals_a_count_one_by_one(store: Store, rows: list[Row], only: Only) -> None:
    for by in (None, *BY):
        with store.read() as conn:
            found = counted(conn, metrics(), SPAN, by, ZONE, only)
        for name, metric in metrics().items():
            again = expected(metric, rows, by, only)
            assert again or only is not EVERYTHING or by == "hour", name
            assert again.keys() <= found.keys(), (by, name)
            for key, values in found.items():
                counts = metric.of.as_ == "number" or (metric.of.as_ == "standing" and by != "hour")
                nothing = 0 if counts and not metric.per else None
                none = (None,) * 4 if metric.of.as_ == "wait" else nothing
                assert told(metric, values[name]) == pytest.approx(again.get(key, none)), (by, key, name)


def test_what_was_not_asked_for_is_not_counted(store: Store, rows: list[Row]) -> None:
    assert rows
    with store.read() as conn:
        (values,) = counted(conn, ["contacts", "csat"], SPAN, None, ZONE).values()
    assert list(values) == ["contacts", "csat"]


def test_without_anything_there_is_nothing(store: Store) -> None:
    with store.read() as conn:
        assert counted(conn, metrics(), SPAN, "day", ZONE) == {}
        (values,) = counted(conn, metrics(), SPAN, None, ZONE).values()
    assert {value.n for value in values.values()} == {0}
    assert {value.value for value in values.values()} == {0, None}
