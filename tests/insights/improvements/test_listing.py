"""Tests that what was changed stands beside the numbers of seven days before and after, its own day in neither."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from insights.improvements.listing import Improvement, improvements
from storage.engine.store import Store
from storage.insight import improvements as rows
from storage.insight import measures
from storage.insight.counting import Span

ZONE = ZoneInfo("America/New_York")
AT = datetime(2026, 11, 10, 3, tzinfo=UTC)  # the evening of November 9 in the shop
DAY = date(2026, 11, 9)
ALL = Span(date(2026, 11, 1), date(2026, 11, 30))
AFTER = datetime(2026, 11, 18, 15, tzinfo=UTC)


def change(number: int, **more: Any) -> dict[str, Any]:
    row = {
        "id": f"{number:024x}",
        "at": AT,
        "version": "v1",
        "kind": "text",
        "file": "responses/en.yaml",
        "line": number,
    }
    named = {"key": f"utter_{number}", "what": "changed", "before": "a", "after": "b", "topic": "returns"}
    return row | named | more


def misread(day: date, value: int, topic: str = "returns", key: str = "utter_1") -> dict[str, Any]:
    at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    subject = f"{day}{value}{topic}{key}"[-24:]
    return {
        **dict.fromkeys(("channel", "agent", "team", "language", "about", "conversation_id"), ""),
        "metric": "text_misread",
        "subject": subject,
        "topic": topic,
        "detail": key,
        "value": value,
        "business": None,
        "at": at,
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "hour": 10,
    }


@pytest.fixture
def counted(store: Store) -> Store:
    """Makes a store in which a text was misread each day before November 9, and never after; others all the time."""
    days = [DAY + timedelta(days=ago) for ago in range(-9, 10)]
    own = [misread(day, int(day <= DAY)) for day in days]
    others = [misread(day, 1, key="utter_other") for day in days]
    with store.write() as conn:
        measures.replace(conn, store, ("text_misread",), (), [*own, *others])
    return store


def listed(store: Store, *changes: dict[str, Any], now: datetime = AFTER, **more: Any) -> tuple[Improvement, ...]:
    with store.write() as conn:
        rows.add(conn, list(changes))
    with store.read() as conn:
        return improvements(conn, ALL, ZONE, now, **more)


def test_a_text_stands_beside_how_it_was_read(counted: Store) -> None:
    (found,) = listed(counted, change(1))
    (effect,) = found.effects
    assert effect.metric.id == "texts_misread"
    before, now = effect.compared.before, effect.compared.now
    assert (before.value, before.n) == (1, 7)
    assert (now.value, now.n) == (0, 7)


def test_several_texts_of_a_file_are_one_change_of_their_flow(counted: Store) -> None:
    (found,) = listed(counted, change(1), change(2))
    assert (found.keys, found.line) == (2, 1)
    assert [(effect.compared.before.value, effect.compared.now.value) for effect in found.effects] == [(1, 0.5)]


def test_what_is_of_another_flow_or_kind_stands_alone(counted: Store) -> None:
    both = change(1), change(2, topic="menu"), change(3), change(4, kind="policy", file="policies.yaml", topic="")
    found = listed(counted, *both)
    assert [(each.file, each.topic, each.keys) for each in found] == [
        ("policies.yaml", "", 1),
        ("responses/en.yaml", "menu", 1),
        ("responses/en.yaml", "returns", 2),
    ]
    assert [each.kind for each in listed(counted, kinds=("policy",))] == ["policy"]


@pytest.mark.parametrize(("now", "is_early"), [(AFTER - timedelta(days=2), True), (AFTER - timedelta(days=1), False)])
def test_before_the_week_is_over_it_is_too_early_to_tell(counted: Store, now: datetime, is_early: bool) -> None:
    (found,) = listed(counted, change(1), now=now)
    assert (found.is_early, bool(found.effects)) == (is_early, not is_early)


def test_where_nothing_was_counted_there_is_no_number(store: Store) -> None:
    (found,) = listed(store, change(1))
    assert found.effects == ()
