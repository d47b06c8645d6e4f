"""Tests what becomes of a promise: the earliest of all that is known decides, in whatever order it comes in."""

from datetime import UTC, date, datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.shop.promises import Matter, PromiseState, Verdict, due_of, stands, tells, verdict

DUE = datetime(2026, 12, 5, 5, tzinfo=UTC)
LATER = DUE + timedelta(days=30)
MOMENTS = st.integers(-96, 96).map(lambda hours: DUE + timedelta(hours=hours))
HAPPENED = st.builds(Verdict, MOMENTS, st.sampled_from([PromiseState.KEPT, PromiseState.CHANGED, PromiseState.VOID]))


def decided(known: list[Verdict], now: datetime = LATER) -> PromiseState:
    found = verdict(DUE, known, now, Matter.PARCEL)
    return found.state if found else PromiseState.OPEN


@pytest.mark.parametrize(
    ("known", "now", "state"),
    [
        ([], DUE - timedelta(seconds=1), PromiseState.OPEN),
        ([], DUE, PromiseState.BROKEN),
        ([Verdict(DUE, PromiseState.KEPT)], DUE, PromiseState.KEPT),
        ([Verdict(DUE + timedelta(seconds=1), PromiseState.KEPT)], LATER, PromiseState.BROKEN),
        ([Verdict(DUE + timedelta(days=1), PromiseState.CHANGED)], LATER, PromiseState.BROKEN),
        ([Verdict(DUE - timedelta(days=1), PromiseState.VOID)], LATER, PromiseState.VOID),
    ],
)
def test_what_happened_in_time_decides(known: list[Verdict], now: datetime, state: PromiseState) -> None:
    assert decided(known, now) is state


def test_a_refund_on_its_way_counts_as_there_as_no_bank_tells_us() -> None:
    found = verdict(DUE, [], LATER, Matter.REFUND)
    assert found is not None
    assert found.state is PromiseState.KEPT


@given(known=st.lists(HAPPENED, max_size=6), data=st.data())
def test_the_order_in_which_it_is_heard_changes_nothing(known: list[Verdict], data: st.DataObject) -> None:
    at_once = verdict(DUE, known, LATER, Matter.ORDER)
    shuffled = data.draw(st.permutations(known))
    clocks = data.draw(st.lists(st.sampled_from([DUE - timedelta(days=1), DUE, LATER]), min_size=7, max_size=7))
    steps = [verdict(DUE, [each], now, Matter.ORDER) for each, now in zip(shuffled, clocks, strict=False)]
    joined = stands(reduce(stands, steps, None), verdict(DUE, [], LATER, Matter.ORDER))
    assert joined is not None
    assert at_once is not None
    assert joined.rank == at_once.rank


@given(first=HAPPENED, second=HAPPENED, third=HAPPENED)
def test_joining_is_a_lattice(first: Verdict, second: Verdict, third: Verdict) -> None:
    assert stands(first, first) == first
    both = stands(first, second)
    assert both is not None
    assert both.rank == min(first.rank, second.rank)
    assert both.rank <= first.rank
    left, right = stands(stands(first, second), third), stands(first, stands(second, third))
    assert left is not None
    assert right is not None
    assert left.rank == right.rank


@given(known=st.lists(HAPPENED, max_size=6))
def test_what_is_over_is_never_open(known: list[Verdict]) -> None:
    assert decided(known) is not PromiseState.OPEN


@given(day=st.dates(date(2026, 1, 1), date(2027, 12, 31)), zone=st.sampled_from(["America/New_York", "Asia/Shanghai"]))
def test_a_day_is_due_when_it_ends_where_the_customer_is(day: date, zone: str) -> None:
    due = due_of(day, ZoneInfo(zone))
    assert due.utcoffset() == timedelta(0)
    assert due.astimezone(ZoneInfo(zone)).date() == day + timedelta(days=1)
    assert (due - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() == day


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Expected Tue, Dec 1.", True),
        ("Expected Tue, Dec 15.", False),
        ("预计12月1日送达", False),
        ("It comes TOMORROW.", True),
        ("", False),
    ],
)
def test_a_date_is_told_as_it_is_and_not_as_a_part_of_another(said: str, told: bool) -> None:
    assert tells(said, ["Tue, Dec 1", "tomorrow", "2月1日"]) is told


def test_nothing_tells_a_date_without_a_form() -> None:
    assert not tells("anything", [""])
