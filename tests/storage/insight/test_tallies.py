"""Tests that tallies are the count of the measures, whatever is measured anew, and only what changed is written."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import event, select

from storage.engine.store import Store
from storage.insight import measures
from storage.insight.counting import Of, Only, Span, tallies
from storage.insight.groups import groups
from storage.insight.tables import measures as measures_table
from storage.insight.tables import tallies as tallies_table

AT = datetime(2026, 11, 30, 23, tzinfo=UTC)
SPAN = Span(date(2026, 11, 1), date(2026, 12, 31))
GROUP = [each.name for each in tallies_table.primary_key]


def row(subject: str, about: str, days: int = 0, **more: Any) -> dict[str, Any]:
    day = AT.date() + timedelta(days=days)
    when = {"at": AT + timedelta(days=days), "day": day, "week": day - timedelta(days=day.weekday()), "hour": 9}
    made = {"metric": "contact", "subject": subject, "about": about, "conversation_id": "c", "value": 1, **when}
    made |= {"business": None, "channel": "sms", "topic": "", "agent": "", "team": "", "language": "en", "detail": ""}
    return made | more


def replace(store: Store, about: str, rows: list[dict[str, Any]], metrics: tuple[str, ...] = ("contact",)) -> None:
    with store.write() as conn:
        measures.replace(conn, store, metrics, [about], rows)


def recounted(store: Store) -> dict[tuple[Any, ...], tuple[int, ...]]:
    found: dict[tuple[Any, ...], Counter[str]] = {}
    with store.read() as conn:
        for each in conn.execute(select(measures_table)):
            of = found.setdefault(tuple(getattr(each, name) for name in GROUP), Counter())
            of.update(number=1, total=each.value, tops=each.value >= 4)
            of.update(promoters=each.value >= 9, detractors=each.value <= 6)
    names = ("number", "total", "tops", "promoters", "detractors")
    return {group: tuple(int(of[name]) for name in names) for group, of in found.items()}


def kept(store: Store) -> dict[tuple[Any, ...], tuple[int, ...]]:
    with store.read() as conn:
        rows = conn.execute(select(tallies_table)).all()
    return {tuple(each[: len(GROUP)]): tuple(each[len(GROUP) :]) for each in rows if each.number}


def test_they_are_what_a_recount_finds_whatever_is_measured_anew(store: Store) -> None:
    chance = random.Random(4)
    for _ in range(60):
        about = f"p{chance.randrange(6)}"
        made = [
            row(
                f"s{chance.randrange(25)}",  # another's too: who was merged
                about,
                chance.randrange(3),
                value=chance.randrange(11),
                channel=chance.choice(("sms", "whatsapp")),
                topic=chance.choice(("", "returns")),
                detail=chance.choice(("", "x")),
            )
            for _ in range(chance.randrange(6))
        ]
        replace(store, about, list({each["subject"]: each for each in made}.values()))
        assert kept(store) == recounted(store)


def test_what_is_as_it_was_is_not_written(store: Store) -> None:
    rows = [row("s1", "p1"), row("s2", "p1", 1)]
    replace(store, "p1", rows)
    written: list[str] = []

    def note(*given: Any) -> None:
        written.append(given[2])

    event.listen(store.engine, "before_cursor_execute", note)
    replace(store, "p1", rows)
    event.remove(store.engine, "before_cursor_execute", note)
    assert written
    assert not [statement for statement in written if not statement.startswith(("SELECT", "BEGIN"))]


def test_a_group_that_is_empty_now_is_none(store: Store) -> None:
    replace(store, "p1", [row("s1", "p1", channel="sms")])
    replace(store, "p1", [row("s1", "p1", channel="whatsapp")])
    with store.read() as conn:
        found = tallies(conn, [Of("contact")], SPAN, "channel", Only())
        assert groups(conn, SPAN)["channel"] == ["whatsapp"]
    assert {key: tally.number for key, tally in found[Of("contact")].items()} == {"whatsapp": 1}


def test_erased_measures_count_as_before(store: Store) -> None:
    replace(store, "p1", [row("s1", "p1")])
    with store.write() as conn:
        measures.forget(conn, ["p1"], ["c"])
    assert kept(store) == recounted(store)
    replace(store, "p1", [])
    assert sum(counts[0] for counts in kept(store).values()) == 1


def test_weeks_begin_on_monday(store: Store) -> None:
    replace(store, "p1", [row("s1", "p1"), row("s2", "p1", 1), row("s3", "p1", -1)])
    with store.read() as conn:
        found = tallies(conn, [Of("contact")], SPAN, "week", Only())[Of("contact")]
    assert {key: tally.number for key, tally in found.items()} == {"2026-11-23": 1, "2026-11-30": 2}
