"""Looks for an order's invoice."""

from core.people.conversations import Proof
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.library.common.orders import find, proven


@action("find_invoice")
def find_invoice(ctx: ActionContext, order_number: str) -> Result:
    """Finds {number, url}; "" where the store told of none. Raises PermissionError unless the order is proven."""
    order = find(ctx, order_number)
    if order is None or not proven(ctx, order, Proof.CONTACT):
        raise PermissionError(order_number)
    return Result({"number": order.number.lstrip("#"), "url": order.invoice_url})
