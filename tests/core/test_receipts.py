"""The state of a message is a join: any order, any number of repeats, the same end."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.messages import ReceiptStatus
from core.receipts import RANK, merge

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
