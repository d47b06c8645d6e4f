"""Tells what of an order is not in stock, and what the store offers instead."""

from datetime import date
from typing import Any

from core.people.conversations import Proof
from core.shop.orders import Order
from core.shop.stock_problems import StockOption
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Focus
from flows.language.formats import as_day, local
from flows.library.common.orders import find, left_of, proven, titled
from flows.library.common.promises import ships

Shortage = dict[str, Any]


@action("shortage")
def shortage(ctx: ActionContext, order_number: str) -> Result:
    """Tells what `short_of` does. Raises LookupError when the order is gone, PermissionError unless it is proven."""
    order = find(ctx, order_number)
    if order is None:
        raise LookupError(order_number)
    if not proven(ctx, order, Proof.CONTACT):
        raise PermissionError(order_number)
    short = short_of(ctx, order)
    told = ships(order, short["expected"] if short else None, "flow:stock_problem")
    return Result(short, (Focus(order.number), *told))


def short_of(ctx: ActionContext, order: Order) -> Shortage | None:
    """Tells what of an order is still not in stock: {number, titles, line_id: of the only one, whole: nothing else is
    in it, expected: from today on, wait, replace, refund: whether the store offers it}."""
    left = {line.id: count for line, count in left_of(order)}
    problem = ctx.store.stock_problem(order.number) if left else None
    told = problem.lines if problem else ()
    short = [(each.line_id, min(each.quantity, left[each.line_id])) for each in told if each.line_id in left]
    if problem is None or not short:
        return None
    lines = [line_id for line_id, _ in short]
    return {
        "number": order.number.lstrip("#"),
        "titles": [titled(order, line_id, count) for line_id, count in short],
        "line_id": lines[0] if len(lines) == 1 else None,
        "whole": all(line.id in lines for line in order.lines),
        "expected": _coming(problem.expected, as_day(local(ctx.now, ctx.customer.timezone))),
        **{option.value: option in problem.options for option in StockOption},
    }


def _coming(day: date | None, today: date) -> str | None:
    return day.isoformat() if day is not None and day >= today else None
