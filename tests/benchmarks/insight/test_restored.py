"""Tests the numbers of a long history: of a restored backup they are the same and go on, of the erased they stay."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from benchmarks.insight import history
from benchmarks.insight.causes import ZONE
from core.ids import EPOCH
from insights.measuring.increments import measure_all, measurers
from insights.measuring.measurer import Shop
from insights.metrics.counting import counted
from insights.metrics.definitions import metrics
from notifications.store.opening import Desk
from notifications.store.support_hours import SupportHours
from storage.backup import rows
from storage.conversations import listing
from storage.engine import migrate
from storage.engine.store import Store
from storage.insight.counting import Span
from storage.insight.tables import measures
from storage.people import privacy
from storage.people.tables import messages
from storage.queues import timers
from storage.search import index
from tests.databases import PostgresServer

NOW = datetime(2026, 12, 1, 18, tzinfo=UTC)
SINCE = NOW - timedelta(days=history.DAYS + 1)
THEN = NOW - timedelta(days=2)  # when the backup was made
SHOP = Shop(ZONE, lambda team: Desk(SupportHours(), ZONE.key, team))
SPAN = Span(SINCE.date(), NOW.date())
TIMER = "measures"


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Makes an empty installation of each kind, beside the one of `store`."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'other.db'}"
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres")
            url = stack.enter_context(server.database())
        made = Store(url)
        migrate.upgrade(made)
        yield made
        made.close()


def fill(store: Store, until: datetime) -> None:
    history.fill(store, messages=1_000, cases=100, seed=9, now=NOW)
    measure_all(store, SHOP, SINCE, until, until)
    with store.write() as conn:
        timers.ensure(conn, store, TIMER, list(measurers()), NOW)
        for name in measurers():
            timers.mark_done(conn, TIMER, name, until)


def numbers(store: Store) -> dict[str, Any]:
    with store.read() as conn:
        return {by: counted(conn, metrics(), SPAN, by, ZONE) for by in ("day", "channel", "topic", "agent")}


def test_a_restored_backup_has_the_same_numbers_and_goes_on(store: Store, other: Store) -> None:
    fill(store, THEN)
    with store.snapshot() as conn, other.write() as into:
        for name, columns in rows.tables().items():
            sum(rows.load(into, name, columns, rows.dump(conn, name)))
    assert numbers(other) == numbers(store)
    with other.read() as conn:
        since = {timers.done_until(conn, TIMER, name) for name in measurers()}
    assert since == {THEN}
    for each in (store, other):
        measure_all(each, SHOP, THEN, NOW, NOW)
    assert numbers(other) == numbers(store)


def test_who_is_erased_is_found_no_more_and_still_counts(store: Store) -> None:
    fill(store, NOW)
    with store.write() as conn:
        assert index.add_new(conn, store, EPOCH, 100_000) is None
        wrote = select(messages.c.customer_id).group_by(messages.c.customer_id)
        busy = list(conn.scalars(wrote.order_by(func.count().desc(), messages.c.customer_id).limit(20)))
    before = numbers(store)
    with store.write() as conn:
        for customer_id in busy:
            privacy.erase(conn, customer_id, NOW)
    assert numbers(store) == before
    with store.read() as conn:
        gone = measures.c.about.in_(busy)
        assert conn.scalar(select(func.count()).select_from(measures).where(gone)) == 0
        for word in ("order", "订单", "installments"):
            found, _ = listing.listed(conn, listing.Sought(words=word, limit=1000))
            assert not {each.customer_id for each in found} & set(busy)
            assert found
