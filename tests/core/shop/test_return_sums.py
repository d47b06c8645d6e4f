"""Tests what goes back for the pieces that came in order."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.shop.return_steps import Counted
from core.shop.return_sums import Quote, accepted, for_accepted, is_as_asked
from core.shop.returns import ReturnedLine

LINES = (ReturnedLine("l1", 3, "changed_mind"), ReturnedLine("l2", 1, "damaged"))
QUOTE = Quote(
    "USD",
    goods=Decimal("100.00"),
    restocking=Decimal("10.00"),
    fee=Decimal("5.90"),
    shipping=Decimal("4.00"),
    total=Decimal("88.10"),
    values={"l1": Decimal("60.00"), "l2": Decimal("40.00")},
)
COUNTED = st.fixed_dictionaries({name: st.integers(0, 3) for name in ("ok", "damaged", "wrong", "missing")})


def test_all_in_order_is_the_whole_quote() -> None:
    counts = {"l1": Counted("l1", ok=3), "l2": Counted("l2", damaged=1)}
    assert is_as_asked(LINES, counts)
    assert for_accepted(QUOTE, LINES, counts) == QUOTE


def test_two_of_three_and_the_fee_once() -> None:
    counts = {"l1": Counted("l1", ok=2, missing=1), "l2": Counted("l2", damaged=1)}
    cut = for_accepted(QUOTE, LINES, counts)
    assert (cut.goods, cut.restocking, cut.fee, cut.shipping, cut.total) == (
        Decimal("80.00"),
        Decimal("8.00"),
        Decimal("5.90"),
        Decimal(0),
        Decimal("66.10"),
    )


def test_what_is_our_mistake_is_refunded_in_any_condition() -> None:
    assert accepted(LINES[1], Counted("l2", damaged=1)) == 1
    assert accepted(LINES[0], Counted("l1", damaged=1, ok=1)) == 1
    assert accepted(ReturnedLine("l3", 1, "missing_item"), Counted("l3", missing=1)) == 1
    assert accepted(ReturnedLine("l3", 1, "damaged"), Counted("l3", missing=1)) == 0


@given(COUNTED, COUNTED)
def test_never_more_than_the_quote_and_the_parts_add_up(one: dict[str, int], two: dict[str, int]) -> None:
    counts = {"l1": Counted("l1", **one), "l2": Counted("l2", **two)}
    lines = tuple(ReturnedLine(each.line_id, max(1, each.pieces), "other") for each in counts.values())
    cut = for_accepted(QUOTE, lines, counts)
    assert cut.total == cut.goods - cut.restocking - cut.fee + cut.shipping + cut.bonus
    assert cut.total <= QUOTE.total or is_as_asked(lines, counts)
    assert cut.goods <= QUOTE.goods
