"""Tests that the state of a message is a join: any order, any number of repeats, the same end."""

from functools import reduce
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.messages.inbound import ReceiptStatus
from core.messages.receipts import (
    MOVES,
    RANK,
    WORST,
    Evidence,
    Known,
    PartState,
    learn,
    merge,
    message_state,
)

RELAXED = settings(deadline=None)  # the machine may be busy
STATES = st.sampled_from(ReceiptStatus)


@RELAXED
@given(STATES, STATES)
def test_order_does_not_matter(one: ReceiptStatus, other: ReceiptStatus) -> None:
    assert merge(one, other) is merge(other, one)


@RELAXED
@given(STATES, STATES, STATES)
def test_grouping_does_not_matter(one: ReceiptStatus, other: ReceiptStatus, third: ReceiptStatus) -> None:
    assert merge(merge(one, other), third) is merge(one, merge(other, third))


@RELAXED
@given(STATES, STATES)
def test_repeats_do_not_matter(one: ReceiptStatus, other: ReceiptStatus) -> None:
    assert merge(one, one) is one
    assert merge(merge(one, other), other) is merge(one, other)


@RELAXED
@given(STATES, STATES)
def test_a_state_never_goes_back(known: ReceiptStatus, news: ReceiptStatus) -> None:
    assert RANK[merge(known, news)] >= RANK[known]


def test_the_way() -> None:
    way = (ReceiptStatus.QUEUED, ReceiptStatus.SENT, ReceiptStatus.DELIVERED, ReceiptStatus.READ)
    assert sorted(way, key=RANK.__getitem__) == list(way)
    assert merge(ReceiptStatus.READ, ReceiptStatus.DELIVERED) is ReceiptStatus.READ
    assert merge(ReceiptStatus.SENT, ReceiptStatus.FAILED) is ReceiptStatus.FAILED
    assert merge(ReceiptStatus.FAILED, ReceiptStatus.SENT) is ReceiptStatus.FAILED
    assert merge(ReceiptStatus.FAILED, ReceiptStatus.DELIVERED) is ReceiptStatus.DELIVERED
    assert set(RANK) == set(ReceiptStatus)


# --- a part


KNOWN = st.builds(Known, st.sampled_from(PartState), st.none() | STATES)
PROVED = st.builds(Known, st.just(PartState.SENT), st.sampled_from([s for s in ReceiptStatus if s.value != "failed"]))
OURS = st.sampled_from([news for news in Evidence if news is not Evidence.RESENT])


@RELAXED
@given(PROVED, OURS)
def test_what_a_receipt_has_proved_our_own_side_never_takes_back(known: Known, news: Evidence) -> None:
    assert learn(known, news) == known


@RELAXED
@given(KNOWN, st.lists(STATES, min_size=1, max_size=5), st.randoms())
def test_receipts_come_in_any_order(known: Known, told: list[ReceiptStatus], chance: Random) -> None:
    shuffled = chance.sample(told, len(told))
    assert reduce(learn, told, known) == reduce(learn, shuffled, known)


@RELAXED
@given(st.sampled_from(["accepted", "lost", "crashed"]), STATES)
def test_a_receipt_and_the_end_of_its_call_come_in_any_order(end: str, told: ReceiptStatus) -> None:
    under_way = Known(PartState.SENDING)
    assert learn(learn(under_way, Evidence(end)), told) == learn(learn(under_way, told), Evidence(end))


@pytest.mark.parametrize("news", list(Evidence))
def test_every_state_but_those_named_stays(news: Evidence) -> None:
    for state in PartState:
        moved = learn(Known(state), news).state
        assert moved is (MOVES[news].target if state in MOVES[news].sources else state)


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        (["sent"], "sent"),
        (["sent", "pending"], "pending"),
        (["sent", "unknown", "pending"], "unknown"),
        (["sending", "pending"], "sending"),
        (["sent", "failed", "sending"], "failed"),
    ],
)
def test_a_message_is_where_its_hindmost_part_is(parts: list[str], state: str) -> None:
    assert message_state([PartState(part) for part in parts]) == state
    assert set(WORST) == set(PartState)
