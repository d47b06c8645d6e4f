"""Tests the money of returns: exact to the cent, never more than was paid, the same in one parcel or in many."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.shop.money import exact, unit
from flows.library.returns.amounts import Paid, Priced, difference, goods_value, paid_for, piece_values, settle
from flows.loading.return_policy import OutcomeRules, ReturnPolicy, Terms
from flows.tools.memory_store import orders_from
from tests.flows.library.samples import order

ZERO = Decimal(0)


def terms(currency: str = "USD", **rules: str) -> Terms:
    made = ReturnPolicy(currency=currency).terms("refund", "US")
    own = OutcomeRules(**rules)  # type: ignore[arg-type]
    restocking = Decimal(own.restocking.rstrip("%")) / 100 if own.restocking else ZERO
    return replace(made, fee=own.fee, bonus=own.bonus, restocking=restocking)


def paid(total: str, *lines: tuple[str, int, str], currency: str = "USD", **more: str) -> Paid:
    priced = tuple(Priced(id, quantity, Decimal(price)) for id, quantity, price in lines)
    return Paid(currency, Decimal(total), priced, **{name: Decimal(value) for name, value in more.items()})


BASKET = paid("90.00", ("boots", 1, "60.00"), ("socks", 3, "10.00"), ("hat", 1, "10.00"), discount="10.00")


def test_a_discount_of_the_order_is_taken_from_each_line_by_its_price() -> None:
    assert {line: sum(values) for line, values in piece_values(BASKET).items()} == {
        "boots": Decimal("54.00"),
        "socks": Decimal("27.00"),
        "hat": Decimal("9.00"),
    }
    assert goods_value(BASKET, {"socks": 2}, {}) == Decimal("18.00")


def test_lines_that_come_to_more_than_the_total_were_discounted() -> None:
    """The store names no discount, but took less than the lines add up to."""
    assert goods_value(paid("90.00", ("a", 1, "60"), ("b", 2, "20")), {"a": 1, "b": 2}, {}) == Decimal("90.00")


def test_tax_that_comes_on_top_goes_back_with_its_goods() -> None:
    taxed = paid("110.00", ("a", 1, "75"), ("b", 1, "25"), tax="10.00")
    assert goods_value(taxed, {"a": 1}, {}) == Decimal("82.50")


def test_the_cent_that_cannot_be_divided_is_on_one_piece() -> None:
    values = piece_values(paid("10.00", ("a", 3, "3.34")))["a"]
    assert values == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert piece_values(paid("1000", ("a", 3, "350"), currency="JPY"))["a"] == [334, 333, 333]
    assert piece_values(paid("1.000", ("a", 3, "0.334"), currency="KWD"))["a"][1] == Decimal("0.333")


def test_fees_are_kept_and_a_bonus_comes_on_top() -> None:
    sums = settle(BASKET, {"boots": 1}, {}, terms(fee="5.90", restocking="10%"))
    assert (sums.goods, sums.restocking, sums.fee, sums.total) == tuple(
        map(Decimal, ("54.00", "5.40", "5.90", "42.70"))
    )
    assert settle(BASKET, {"boots": 1}, {}, terms(fee="5.90", restocking="10%"), free=True).total == Decimal("54.00")
    credit = settle(BASKET, {"boots": 1}, {}, terms(bonus="10%"))
    assert (credit.bonus, credit.total) == (Decimal("5.40"), Decimal("59.40"))
    assert settle(BASKET, {"hat": 1}, {}, terms(fee="20.00")).total == 0
    assert settle(BASKET, {"hat": 1}, {}, terms("EUR", fee="20.00")).total == Decimal("9.00")


def test_the_law_gives_the_shipping_back_and_nothing_gives_more_than_was_paid() -> None:
    shipped = paid("65.00", ("a", 1, "60"), shipping="5.00")
    assert settle(shipped, {"a": 1}, {}, terms(), free=True, with_shipping=True).total == Decimal("65.00")
    partly = paid("65.00", ("a", 1, "60"), shipping="5.00", refunded="20.00")
    sums = settle(partly, {"a": 1}, {}, terms(), free=True, with_shipping=True)
    assert (sums.total, sums.capped) == (Decimal("45.00"), True)


def test_the_price_of_an_exchange_is_what_the_other_costs_more() -> None:
    assert difference(BASKET, {"boots": 1}, {}, {"boots": Decimal("60.00")}) == Decimal("6.00")
    assert difference(BASKET, {"boots": 1, "hat": 1}, {}, {"boots": Decimal("50.00")}) == Decimal("-4.00")


def test_an_order_s_money_is_read_from_its_fields() -> None:
    """10.00 off, 5.00 of tax on the boots and 1.00 that no line names, 5.90 for the delivery: 151.90 in all."""
    lines = [
        {"id": "boots", "title": "Boots", "quantity": 1, "unit_price": "100.00", "tax": "5.00"},
        {"id": "socks", "title": "Socks", "quantity": 5, "unit_price": "10.00"},
    ]
    money = {"total": "151.90", "discounts": [{"amount": "10.00"}], "tax": "1.00", "shipping_price": "5.90"}
    found = paid_for(orders_from([order(lines=lines, **money)])[0])
    values = piece_values(found)
    assert values["boots"] == [Decimal("99.00")]  # 100.00 - 6.67 + 0.67 + 5.00
    assert values["socks"] == [Decimal("9.40")] * 5
    assert sum(sum(each) for each in values.values()) + found.shipping == found.total


def test_tax_inside_the_prices_is_not_paid_back_twice() -> None:
    lines = [{"id": "boots", "title": "Boots", "quantity": 1, "unit_price": "119.00"}]
    sold = order(lines=lines, total="124.90", tax="19.00", shipping_price="5.90")
    assert piece_values(paid_for(orders_from([sold])[0])) == {"boots": [Decimal("119.00")]}


# --- whatever is bought and sent back

sums_of_money = st.decimals(0, 2000, places=2)
lines = st.lists(st.tuples(st.integers(1, 6), sums_of_money, sums_of_money, sums_of_money), min_size=1, max_size=6)
orders = st.builds(
    lambda bought, currency, discount, tax, shipping, extra, refunded: Paid(
        currency,
        max(ZERO, sum((n * p for n, p, _, _ in bought), ZERO) - discount + tax + shipping + extra),
        tuple(Priced(str(n), q, p, min(d, p * q), t) for n, (q, p, d, t) in enumerate(bought)),
        discount,
        tax,
        shipping,
        refunded,
    ),
    lines,
    st.sampled_from(("USD", "JPY", "KWD")),
    sums_of_money,
    sums_of_money,
    sums_of_money,
    st.decimals(-300, 300, places=2),
    sums_of_money,
)
rules = st.builds(
    lambda fee, part, bonus: terms(fee=f"{fee}", restocking=f"{part}%", bonus=f"{bonus}%"),
    st.decimals(0, 50, places=2),
    st.integers(0, 99),
    st.integers(0, 30),
)


@given(orders)
def test_all_pieces_and_the_shipping_are_never_more_than_was_paid(bought: Paid) -> None:
    values = [value for pieces in piece_values(bought).values() for value in pieces]
    assert sum(values) + min(bought.shipping, bought.total) <= exact(bought.total, bought.currency) + unit(
        bought.currency
    )
    assert sum(values) <= exact(bought.total, bought.currency)
    assert all(value >= 0 and value == exact(value, bought.currency) for value in values)


@given(orders, rules, st.data())
def test_the_sums_add_up_within_their_bounds(bought: Paid, term: Terms, data: st.DataObject) -> None:
    chosen = {line.id: data.draw(st.integers(1, line.quantity)) for line in bought.lines}
    sums = settle(bought, chosen, {}, term, data.draw(st.booleans()), data.draw(st.booleans()))
    assert sums.goods - sums.restocking - sums.fee + sums.shipping + sums.bonus == sums.total
    assert 0 <= sums.total - sums.bonus <= bought.left
    for part in (sums.goods, sums.restocking, sums.fee, sums.shipping, sums.bonus):
        assert part >= 0
        assert part == exact(part, bought.currency)


@given(orders, st.data())
def test_pieces_sent_back_one_by_one_come_to_the_same(bought: Paid, data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(bought.lines))
    first = data.draw(st.integers(0, line.quantity))
    at_once = goods_value(bought, {line.id: line.quantity}, {})
    parts = goods_value(bought, {line.id: first}, {}) + goods_value(
        bought, {line.id: line.quantity - first}, {line.id: first}
    )
    assert parts == at_once


@given(orders, st.data())
def test_returns_one_after_the_other_never_pay_out_more_than_the_order(bought: Paid, data: st.DataObject) -> None:
    assume(bought.refunded <= exact(bought.total, bought.currency))
    back, gone = bought, dict[str, int]()
    for line in data.draw(st.permutations(bought.lines)):
        count = data.draw(st.integers(1, line.quantity))
        sums = settle(back, {line.id: count}, gone, terms(), with_shipping=data.draw(st.booleans()))
        gone[line.id] = count
        back = replace(back, refunded=back.refunded + sums.total)
    assert back.refunded <= exact(bought.total, bought.currency)
