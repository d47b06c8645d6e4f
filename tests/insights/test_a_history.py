"""Tests that what bot, notices, promises, costs and parcels add to numbers equals a recount of a believable history."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from benchmarks.insight.history import fill
from insights.measuring.increments import measure_all
from insights.measuring.measurer import Shop
from insights.metrics.counting import counted
from notifications.store.opening import Desk
from storage.engine.store import Store
from storage.insight.counting import Only, Span
from storage.insight.tables import measures
from storage.people import merges, privacy
from storage.people.tables import customers
from storage.promises.tables import promises
from tests.insights import recount
from tests.insights.disorder import disturb, gone_from
from tests.insights.month import ZONE
from tests.insights.recount import DELIVERS, READS, Found
from tests.insights.test_a_month import HOURS

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
BEGIN = NOW - timedelta(days=45)
SHOP = Shop(ZONE, lambda team: Desk(HOURS, ZONE.key, team), DELIVERS.__contains__, READS.__contains__)
SPAN = Span(date(2026, 9, 1), date(2026, 12, 31))
OURS = (
    *("fallback", "text_misread", "question_left", "flow_started", "flow_ended", "handoff"),
    *("notice_sent", "notice_delivered", "notice_read", "notice_reply", "notice_opt_out", "notice_skipped"),
    *("notice_failed", "promise_kept", "cost", "case_cost", "cost_estimated"),
)


def make(store: Store, seed: int) -> None:
    fill(store, messages=700, cases=50, seed=seed, now=NOW)
    disturb(store, seed, NOW)


def measured(store: Store) -> Found:
    with store.read() as conn:
        rows = conn.execute(select(measures).where(measures.c.metric.in_(OURS)))
        return {(row.metric, row.subject): (row.day, row.value, row.topic, row.detail) for row in rows}


def expected(store: Store) -> Found:
    with store.read() as conn:
        return recount.recount(conn, NOW)


def differences(found: Found, again: Found) -> dict[tuple[str, str], tuple[object, object]]:
    return {key: (found.get(key), again.get(key)) for key in found | again if found.get(key) != again.get(key)}


@pytest.mark.parametrize("seed", range(2))
def test_everything_equals_a_recount(store: Store, seed: int) -> None:
    make(store, seed)
    measure_all(store, SHOP, BEGIN, NOW, NOW)
    found, again = measured(store), expected(store)
    assert {metric for metric, _ in again} == set(OURS)
    assert not differences(found, again)


def test_measured_bit_by_bit_it_is_the_same(store: Store) -> None:
    make(store, 3)
    since = BEGIN
    while since < NOW:
        until = min(since + timedelta(hours=31), NOW)
        measure_all(store, SHOP, since, until, until)
        since = until
    assert not differences(measured(store), expected(store))


def test_parcels_equal_a_recount(store: Store) -> None:
    make(store, 4)
    measure_all(store, SHOP, BEGIN, NOW, NOW)
    with store.read() as conn:
        again = recount.parcels(conn)
        numbers = counted(conn, ("order_status_told", "order_status_untold"), SPAN, None, ZONE)[""]
    for kind, (parcels, asked) in again.items():
        value = numbers[f"order_status_{kind}"]
        assert asked > 0
        assert (value.n, value.value) == (parcels, pytest.approx(100 * asked / parcels))


def test_money_is_counted_in_one_currency(store: Store) -> None:
    make(store, 4)
    measure_all(store, SHOP, BEGIN, NOW, NOW)
    with store.read() as conn:
        (each,) = counted(conn, ("cost", "cost_per_contact", "contacts"), SPAN, None, ZONE).values()
        parts = counted(conn, ("cost",), SPAN, "detail", ZONE)
        euros = counted(conn, ("cost",), SPAN, None, ZONE, Only(detail="EUR"))[""]["cost"].value
    assert set(parts) == {"EUR", "USD"}
    assert each["cost"].value == parts["USD"]["cost"].value
    assert each["cost_per_contact"].value == pytest.approx((each["cost"].value or 0) / each["contacts"].n)
    assert euros == parts["EUR"]["cost"].value


def test_a_promise_is_judged_anew_when_the_ledger_does(store: Store) -> None:
    make(store, 5)
    measure_all(store, SHOP, BEGIN, NOW, NOW)
    with store.write() as conn:
        broken = select(promises.c.id).where(promises.c.state == "broken").order_by(promises.c.due_at.desc())
        late, void = conn.scalars(broken.limit(2))
        conn.execute(promises.update().where(promises.c.id == late).values(state="kept"))
        conn.execute(promises.update().where(promises.c.id == void).values(state="void"))
    measure_all(store, SHOP, NOW, NOW + timedelta(seconds=20), NOW + timedelta(seconds=20))
    found = measured(store)
    assert found["promise_kept", late][1] == 1
    assert ("promise_kept", void) not in found


def test_whoever_is_erased_or_merged_still_counts(store: Store) -> None:
    make(store, 6)
    measure_all(store, SHOP, BEGIN, NOW, NOW)
    before, gone = measured(store), gone_from(store)
    with store.write() as conn:
        spoken = select(measures.c.conversation_id).where(measures.c.about == gone, measures.c.conversation_id != "")
        places = list(conn.scalars(spoken))
        one, other = conn.scalars(
            select(customers.c.id).where(customers.c.id != gone).order_by(customers.c.id).limit(2)
        )
        privacy.erase(conn, gone, NOW)
        merges.merge(conn, one, other, "proof", NOW)
    measure_all(store, SHOP, BEGIN, NOW, NOW)
    assert not differences(measured(store), before)
    with store.read() as conn:
        left = select(measures.c.subject).where(measures.c.conversation_id.in_(places) | (measures.c.about == gone))
        assert list(conn.scalars(left)) == []
