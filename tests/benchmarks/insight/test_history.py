"""Tests that the history is as large as wanted, whole, the same for a seed, and has in it what was planted."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from benchmarks.insight import causes, history
from benchmarks.insight.causes import ZONE
from core.shop.returns import ReturnRecord
from storage.conversations import conversations as conversation_rows
from storage.conversations import flow_events, listing
from storage.conversations import history as said
from storage.conversations.tables import flow_events as flow_events_table
from storage.desk.tables import cases, desk_messages, ratings
from storage.engine.schema import metadata
from storage.engine.store import Store
from storage.people.tables import messages
from storage.promises.tables import promises
from storage.queues.tables import inbox, outbox, outbox_parts
from storage.shop import orders, returns
from storage.shop.tables import order_lines
from storage.shop.tables import returns as returns_table

NOW = datetime(2026, 12, 1, 18, tzinfo=UTC)
MANY, CASES = 8_000, 500


def test_it_is_whole_and_has_what_was_planted(store: Store) -> None:
    history.fill(store, messages=MANY, cases=CASES, seed=3, now=NOW)
    with store.read() as conn:
        is_as_large_as_wanted(conn)
        belongs_together(conn)
        product_reads(conn)
        unhappy_on_the_tuesday(conn)
        one_left_and_one_misread(conn)
        one_product_comes_back(conn)


def count(conn: Connection, table: Any, *where: Any) -> int:
    return conn.scalar(select(func.count()).select_from(table).where(*where)) or 0


def is_as_large_as_wanted(conn: Connection) -> None:
    assert count(conn, messages) == pytest.approx(MANY, rel=0.15)
    assert count(conn, cases) == pytest.approx(CASES, rel=0.2)
    assert conn.scalar(select(func.max(messages.c.at))) < NOW
    assert conn.scalar(select(func.min(messages.c.at))) > NOW - timedelta(days=history.DAYS + 2)


def belongs_together(conn: Connection) -> None:
    ours = count(conn, messages, messages.c.direction == "out")
    assert ours == count(conn, outbox) == count(conn, outbox_parts)
    assert ours == count(conn, outbox.join(messages, messages.c.id == outbox.c.id))
    theirs = inbox.join(messages, messages.c.external_id == inbox.c.external_id)
    assert count(conn, theirs) == count(conn, messages, messages.c.direction == "in")
    replies = desk_messages.join(outbox, outbox.c.id == desk_messages.c.outbox_id)
    assert count(conn, replies) == count(conn, desk_messages, desk_messages.c.state == "sent") > CASES


def product_reads(conn: Connection) -> None:
    page, _ = listing.listed(conn, listing.Sought(limit=50))
    assert len(page) == 50
    for each in page:
        assert conversation_rows.by_id(conn, each.id)
        assert said.said(conn, [each.id], 100)
    numbers = list(conn.scalars(select(returns_table.c.order_number).limit(20)))
    assert len(orders.by_numbers(conn, numbers)) == len(set(numbers))
    assert all(isinstance(each, ReturnRecord) for number in numbers for each in returns.of_order(conn, number))


def unhappy_on_the_tuesday(conn: Connection) -> None:
    given = select(cases.c.opened_at, ratings.c.score).join(cases, cases.c.id == ratings.c.case_id)
    scores: dict[bool, list[int]] = {True: [], False: []}
    for opened, score in conn.execute(given.where(ratings.c.kind == "csat", ratings.c.score.is_not(None))):
        scores[opened.astimezone(ZONE).date() == causes.late_day(NOW)].append(score)
    unhappy, others = (sum(each) / len(each) for each in (scores[True], scores[False]))
    assert unhappy < others - 0.7
    broken = [due.date() for due in conn.scalars(select(promises.c.due_at).where(promises.c.state == "broken"))]
    assert Counter(broken).most_common(1)[0][0] - timedelta(days=1) == causes.late_day(NOW)


def one_left_and_one_misread(conn: Connection) -> None:
    passed = flow_events.passages(conn, NOW - timedelta(days=60))
    assert max(passed, key=lambda place: passed[place].left) == (causes.LEFT_FLOW, causes.LEFT_STEP)
    events = flow_events_table
    misread = select(events.c.flow, events.c.step).where(events.c.name == "no_match", events.c.flow != "")
    assert Counter(map(tuple, conn.execute(misread))).most_common(1)[0][0] == (causes.MISREAD_FLOW, causes.MISREAD_STEP)


def one_product_comes_back(conn: Connection) -> None:
    lines = select(order_lines.c.data, returns_table.c.lines)
    lines = lines.join(returns_table, returns_table.c.order_number == order_lines.c.order_number)
    back = [tuple(row) for row in conn.execute(lines)]
    theirs = [why for data, why in back if causes.RETURNED_PRODUCT in data]
    assert len(theirs) > len(back) / 3
    assert sum(causes.RETURN_REASON in why for why in theirs) > len(theirs) / 2


def test_a_seed_makes_the_same_history(store: Store) -> None:
    made = []
    for _ in range(2):
        history.fill(store, messages=400, cases=20, seed=5, now=NOW)
        with store.write() as conn:
            made.append([tuple(row) for row in conn.execute(select(messages).order_by(messages.c.id))])
            for table in metadata.tables.values():
                conn.execute(table.delete())
    assert made[0] == made[1]
