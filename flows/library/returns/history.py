"""Reads what was sent back before: which pieces are gone, under which numbers, and the money."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from core.shop.money import ZERO
from core.shop.orders import Order
from core.shop.returns import ReturnRecord, ReturnState
from flows.engine.context import ActionContext
from flows.library.common.orders import known_orders

YEAR = timedelta(days=365)
_IN_VAIN = (ReturnState.REFUSED, ReturnState.CANCELLED)


def gone(ctx: ActionContext, order: Order) -> dict[str, int]:
    """Counts, by line, the pieces that are on their way back or were sent back."""
    return _counted(_kept(ctx, order.number))


def refunds_only(ctx: ActionContext, order: Order) -> dict[str, int]:
    """Counts, by line, those of them that were sent back for the money."""
    return _counted(record for record in _kept(ctx, order.number) if record.resolution == "refund")


def next_reference(ctx: ActionContext, order: Order) -> str:
    """Makes the number under which the customer knows a new return."""
    return f"R{order.number.lstrip('#')}-{len(ctx.store.returns(order.number)) + 1}"


def refunded(ctx: ActionContext, order: Order) -> Decimal:
    """Adds up what of an order went back to the customer already."""
    told = ctx.store.refunds(order.number)
    return sum((each.amount for each in told if each.currency in ("", order.currency)), ZERO)


def exchanged_before(ctx: ActionContext, order: Order) -> bool:
    """Tells whether something of the order was exchanged before."""
    return any(record.resolution == "exchange" for record in _kept(ctx, order.number))


def returns_in_a_year(ctx: ActionContext) -> int:
    """Counts the returns of the last year, over the customer's orders."""
    since = ctx.now - YEAR
    records = [record for order in known_orders(ctx) for record in _kept(ctx, order.number)]
    return sum(record.told_at is None or record.told_at >= since for record in records)


def _counted(records: Iterable[ReturnRecord]) -> dict[str, int]:
    pieces: dict[str, int] = {}
    for record in records:
        for line in record.lines:
            pieces[line.line_id] = pieces.get(line.line_id, 0) + line.quantity
    return pieces


def _kept(ctx: ActionContext, order_number: str) -> list[ReturnRecord]:
    return [record for record in ctx.store.returns(order_number) if record.state not in _IN_VAIN]
