"""Looks at how the customer's payment stands."""

from pathlib import Path

from core.shop.orders import OrderStatus
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.library.common.orders import CLOSED, known_orders, meant
from flows.understanding.lexicon.own import own_cues
from flows.understanding.normalise import folded

CUES = own_cues(Path(__file__).parent / "words", "taken")


@action("look_at_payment")
def look_at_payment(ctx: ActionContext, text: str | None = None, order_number: str | list[str] | None = None) -> Result:
    """Tells {outcome: taken | pending | paid | unknown, number, total, currency, method}.

    Money that was taken wrongly is for people; else the newest of the customer's orders that is not paid is meant.
    """
    if CUES["taken"].search(folded(text or "")):
        return Result({"outcome": "taken", "number": None})
    mine = [order for order in known_orders(ctx) if order.status not in CLOSED]
    named = meant(ctx, order_number)
    pending = [order for order in mine if order.status == OrderStatus.PENDING_PAYMENT]
    order = named or next(iter(pending), None)
    if order is None and len(mine) == 1:
        order = mine[0]
    if order is None:
        return Result({"outcome": "unknown", "number": None})
    return Result(
        {
            "outcome": "pending" if order.status == OrderStatus.PENDING_PAYMENT else "paid",
            "number": order.number.lstrip("#"),
            "total": str(order.total),
            "currency": order.currency,
            "method": order.payment.method,
        }
    )
