"""Tests how both databases find what pages, lists and jobs ask for: no table of what was said is read through."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text

from benchmarks.insight import history
from benchmarks.insight.causes import ZONE
from core.ids import EPOCH
from insights.conversations.glances import glances
from insights.measuring.increments import measure_all, measurers
from insights.measuring.measurer import Shop
from insights.metrics.counting import counted
from insights.metrics.definitions import metrics
from notifications.store.opening import Desk
from notifications.store.support_hours import SupportHours
from storage.conversations import listing
from storage.conversations.listing import Sought
from storage.engine.store import Store
from storage.insight import measures
from storage.insight.counting import Only, Span
from storage.insight.tables import measures as table
from storage.people.known import known_of
from storage.people.tables import customers
from storage.search import index

NOW = datetime(2026, 12, 1, 18, tzinfo=UTC)
SHOP = Shop(ZONE, lambda team: Desk(SupportHours(), ZONE.key, team))
WEEK = Span((NOW - timedelta(days=6)).date(), NOW.date())
LARGE = ("messages", "inbox", "outbox", "outbox_parts", "measures", "flow_events", "search_terms", "search_entries")

Ask = Callable[[Connection], object]


def looked(**sought: Any) -> Ask:
    return lambda conn: listing.listed(conn, Sought(**sought))


ASKED: dict[str, Ask] = {
    "newest conversations": looked(),
    "newest conversations, as they are shown": lambda conn: glances(conn, Sought()),
    "of a day": looked(since=NOW - timedelta(days=1)),
    "until a day": looked(until=NOW - timedelta(days=9)),
    "with people": looked(state="agent"),
    "closed": looked(state="closed"),
    "of a channel": looked(channel="sms"),
    "about a topic": looked(topic="returns"),
    "with a flow": looked(flow="returns"),
    "a word": looked(words="order"),
    "words": looked(words="order refund", since=NOW - timedelta(days=9)),
    "signs": looked(words="分期付款"),
    "numbers of a week": lambda conn: counted(conn, metrics(), WEEK, "day", ZONE),
    "numbers of a topic": lambda conn: counted(conn, metrics(), WEEK, None, ZONE, Only(topic="returns")),
    **{
        f"what changed: {name}": lambda conn, each=each: each.changed(conn, NOW - timedelta(seconds=20), NOW)
        for name, each in measurers().items()
    },
}


KNOWN: dict[str, Ask] = {
    "ix_measures_about": lambda conn: measures._measured_of(conn, ("cost", "case"), ["a", "b"]),
    "measures_1|pk_measures": lambda conn: measures._named(conn, [("cost", "a"), ("case", "b")]),
}


@pytest.mark.parametrize("is_learned", [True, False])
def test_what_is_measured_anew_is_found_by_what_it_is_about(store: Store, *, is_learned: bool) -> None:
    """Also of a metric that has come up since the database last counted."""
    filled(store, is_learned=is_learned)
    for by, ask in KNOWN.items():
        plans = list(explained(store, ask))
        assert plans
        assert all(re.search(by, plan) for plan in plans), plans


@pytest.fixture(autouse=True)
def _learned(store: Store) -> Iterator[None]:
    """Takes out what the planner learned of the tables: the next test has others."""
    yield
    if store.is_sqlite:
        with store.write() as conn:
            conn.exec_driver_sql("DROP TABLE IF EXISTS sqlite_stat1")
            conn.exec_driver_sql("ANALYZE sqlite_schema")


def filled(store: Store, *, is_learned: bool = True) -> None:
    history.fill(store, messages=3_000, cases=250, seed=2, now=NOW)
    measure_all(store, SHOP, NOW - timedelta(days=50), NOW, NOW)
    with store.write() as conn:
        index.add_new(conn, store, EPOCH, 100_000)
    with store.write() as conn:
        if is_learned:
            conn.execute(text("ANALYZE"))


def test_nothing_is_found_by_its_state_alone(store: Store) -> None:
    """As long as nothing was learned of the tables: SQLite takes a state for something that few rows have."""
    filled(store, is_learned=False)
    asked = {**ASKED, **{f"measured: {name}": partial(again, store, name) for name in measurers()}}
    wrong = {name: found for name, ask in asked.items() if (found := list(roughly_found(store, ask)))}
    assert wrong == {}


def again(store: Store, name: str, conn: Connection) -> None:
    """Measures anew what was measured."""
    measurer = measurers()[name]
    with store.read() as other:
        about = other.scalars(select(table.c.about).distinct().where(table.c.metric.in_(measurer.metrics)).limit(100))
        of = list(about)
    assert of
    list(measurer.measure(conn, of, SHOP, NOW))


def roughly_found(store: Store, ask: Ask) -> Iterator[str]:
    """Finds the lines of plans by which the rows of a state, a kind or a metric are gone through one by one."""
    for line in (line for plan in explained(store, ask) for line in plan.splitlines()):
        if re.search(r"SEARCH .* USING (COVERING )?INDEX \S+ \((state|kind|metric|name|action|lane|role)=\?\)", line):
            yield line


def test_whom_a_page_hides_is_found_by_who_they_are(store: Store) -> None:
    filled(store)
    with store.read() as conn:
        people = list(conn.scalars(select(customers.c.id).limit(50)))
    plans = list(explained(store, lambda conn: known_of(conn, people)))
    assert len(plans) == 2
    read_through = r"SCAN (orders|customers|addresses|merges)(?! USING)|Seq Scan on (orders|customers|addresses|merges)"
    assert [plan for plan in plans if re.search(read_through, plan)] == []


def test_nothing_reads_through_what_was_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "FEW", 20)  # else the history is small, and sorted
    filled(store)
    wrong = {name: scans for name, ask in ASKED.items() if (scans := list(scanned(store, ask)))}
    assert wrong == {}


def scanned(store: Store, ask: Ask) -> Iterator[str]:
    """Finds the lines of plans that read through a large table, in no order of its ids."""
    names = "|".join(LARGE)
    for line in (line for plan in explained(store, ask) for line in plan.splitlines()):
        if re.search(rf"SCAN ({names})(?! USING (COVERING )?INDEX)|Seq Scan on ({names})", line):
            yield line


def explained(store: Store, ask: Ask) -> Iterator[str]:
    """Explains each SELECT that is asked."""
    with store.write() as conn:
        if not store.is_sqlite:  # tables of a test are so small that reading through them is quicker
            conn.execute(text("SET LOCAL enable_seqscan = off"))
        ran: list[tuple[str, Any]] = []

        def note(_conn: Any, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
            ran.append((statement, given))

        event.listen(conn, "before_cursor_execute", note)
        ask(conn)
        event.remove(conn, "before_cursor_execute", note)
        explain = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN "
        for statement, given in ran:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                yield "\n".join(str(row[-1]) for row in conn.exec_driver_sql(explain + statement, given))
