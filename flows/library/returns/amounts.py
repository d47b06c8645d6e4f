"""Computes what comes back to the customer, to the cent: what each piece cost, what is kept, what comes on top.

Discounts and tax of the whole order are divided among its lines by their price, and a line's among its pieces, so that
pieces sent back one by one come to the same as all at once.
"""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal

import msgspec

from core.shop.money import ZERO, exact, share, unit
from core.shop.orders import Order
from flows.loading.return_policy import Terms


class Priced(msgspec.Struct, frozen=True):
    """Holds one position as it was paid: `discount` and `tax` are of all its pieces."""

    id: str
    quantity: int
    unit_price: Decimal
    discount: Decimal = ZERO
    tax: Decimal = ZERO


class Paid(msgspec.Struct, frozen=True):
    """Holds an order's money. `discount` and `tax` are those that no line names; `refunded` went back already."""

    currency: str
    total: Decimal
    lines: tuple[Priced, ...]
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    shipping: Decimal = ZERO
    refunded: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """Returns what may still go back: never more than was paid."""
        rest = exact(self.total, self.currency) - self.refunded
        return max(ZERO, rest.quantize(unit(self.currency), ROUND_FLOOR))


class Sums(msgspec.Struct, frozen=True):
    """Holds the arithmetic of one outcome: `goods - restocking - fee + shipping + bonus = total`.

    `capped` tells that less was left of what was paid than that; `goods` then is what is left.
    """

    currency: str
    goods: Decimal
    restocking: Decimal = ZERO
    fee: Decimal = ZERO
    shipping: Decimal = ZERO
    bonus: Decimal = ZERO
    total: Decimal = ZERO
    capped: bool = False


def paid_for(order: Order, refunded: Decimal = ZERO) -> Paid:
    """Reads an order's money. What its lines come to beyond its total, without the shipping, was taken off too."""
    lines = tuple(Priced(line.id, line.quantity, line.unit_price, tax=line.tax) for line in order.lines)
    off = sum((each.amount for each in order.discounts), ZERO)
    shipping = min(order.shipping_price, order.total)
    return Paid(order.currency, order.total, lines, off, order.tax, shipping, refunded)


def piece_values(paid: Paid) -> dict[str, list[Decimal]]:
    """Tells what each piece of each line cost the customer, by the line's id."""
    currency = paid.currency
    gross = [max(ZERO, line.unit_price * line.quantity - line.discount) for line in paid.lines]
    goods = sum(gross, ZERO)
    off = share(min(paid.discount, goods), gross, currency) if gross else []
    net = [max(ZERO, part - less) for part, less in zip(gross, off, strict=True)]
    taxed = share(paid.tax, net, currency) if net else []
    full = [exact(part + tax + line.tax, currency) for part, tax, line in zip(net, taxed, paid.lines, strict=True)]
    over = max(ZERO, sum(full, ZERO) - max(ZERO, exact(paid.total - paid.shipping, currency)))
    less = share(over, full, currency) if full else []
    values = {}
    for line, part, cut in zip(paid.lines, full, less, strict=True):
        values[line.id] = share(max(ZERO, part - cut), [Decimal(1)] * line.quantity, currency)
    return values


def goods_value(paid: Paid, chosen: Mapping[str, int], gone: Mapping[str, int]) -> Decimal:
    """Adds up what the chosen pieces cost; `gone` pieces of a line are on their way back already."""
    values = piece_values(paid)
    parts = (values.get(line, [])[gone.get(line, 0) :][:count] for line, count in chosen.items())
    return sum((sum(part, ZERO) for part in parts), exact(ZERO, paid.currency))


def settle(
    paid: Paid,
    chosen: Mapping[str, int],
    gone: Mapping[str, int],
    terms: Terms,
    free: bool = False,
    with_shipping: bool = False,
) -> Sums:
    """Computes what the customer gets for the chosen pieces; `free` of fees by law, by mistake of ours, or as the
    first exchange. `with_shipping` gives back what the shipping cost, where the law wants that."""
    currency = paid.currency
    value = goods_value(paid, chosen, gone)
    shipping = exact(paid.shipping, currency) if with_shipping else exact(ZERO, currency)
    goods = min(value, paid.left)
    shipping = min(shipping, paid.left - goods)
    restocking = exact(ZERO if free else goods * terms.restocking, currency)
    fee = exact(ZERO if free else min(terms.sum_in(terms.fee, currency, goods), goods - restocking), currency)
    remains = goods - restocking - fee + shipping
    bonus = exact(terms.sum_in(terms.bonus, currency, remains), currency) if remains else exact(ZERO, currency)
    return Sums(currency, goods, restocking, fee, shipping, bonus, remains + bonus, goods < value)


def difference(paid: Paid, chosen: Mapping[str, int], gone: Mapping[str, int], new: Mapping[str, Decimal]) -> Decimal:
    """Tells what an exchange costs the customer (or gives back, below zero): `new` holds the price of a piece that each
    line is exchanged for."""
    price = sum((new[line] * count for line, count in chosen.items() if line in new), ZERO)
    kept = {line: count for line, count in chosen.items() if line in new}
    return exact(price, paid.currency) - goods_value(paid, kept, gone)
