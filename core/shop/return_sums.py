"""Computes what goes back for the pieces that were accepted: the quote for all of them, cut to those."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from core.shop.money import ZERO, exact
from core.shop.return_steps import Counted
from core.shop.returns import ReturnedLine

OURS = frozenset(("damaged", "defective", "wrong_item", "missing_item"))  # reasons that are our mistake


class Quote(msgspec.Struct, frozen=True):
    """Holds the sum of a return: `goods - restocking - fee + shipping + bonus = total`.

    `values` is what the pieces of each line are worth in it.
    """

    currency: str
    goods: Decimal = ZERO
    restocking: Decimal = ZERO
    fee: Decimal = ZERO
    shipping: Decimal = ZERO
    bonus: Decimal = ZERO
    total: Decimal = ZERO
    values: dict[str, Decimal] = {}


def quote_of(details: Mapping[str, Any]) -> Quote | None:
    """Reads the quote among the details of a return; None where there is none: an exchange, or no prices are known."""
    told = details.get("quote")
    return msgspec.convert(told, Quote, strict=False) if told else None


def accepted(line: ReturnedLine, counted: Counted | None) -> int:
    """Counts the pieces of a line that are good to be refunded. Where the mistake was ours, in whatever condition;
    what never came only where that was the mistake."""
    if counted is None:
        return 0
    if line.reason not in OURS:
        return counted.ok
    came = counted.ok + counted.damaged + counted.wrong
    return came + counted.missing if line.reason == "missing_item" else came


def is_as_asked(lines: Sequence[ReturnedLine], counts: Mapping[str, Counted]) -> bool:
    """Tells whether every piece came in the condition in which it is refunded."""
    return all(accepted(line, counts.get(line.line_id)) == line.quantity for line in lines)


def for_accepted(quote: Quote, lines: Sequence[ReturnedLine], counts: Mapping[str, Counted]) -> Quote:
    """Cuts a quote to the accepted pieces. A fee is due once however many come back; the shipping that the law gives
    back belongs to all of them."""
    if is_as_asked(lines, counts):
        return quote
    worth = sum(
        (
            quote.values.get(line.line_id, ZERO) * accepted(line, counts.get(line.line_id)) / line.quantity
            for line in lines
        ),
        ZERO,
    )
    whole = sum(quote.values.values(), ZERO)
    part = worth / whole if whole else ZERO
    goods = exact(quote.goods * part, quote.currency)
    restocking = exact(quote.restocking * part, quote.currency)
    fee = min(quote.fee, goods - restocking)
    bonus = exact(quote.bonus * part, quote.currency)
    return Quote(quote.currency, goods, restocking, fee, ZERO, bonus, goods - restocking - fee + bonus, quote.values)
