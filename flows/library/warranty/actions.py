"""Checks whether a fault is covered by the store's warranty."""

from datetime import datetime, timedelta
from pathlib import Path

from core.people.conversations import Proof
from core.shop.orders import Order
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.library.common.orders import CLOSED, find, proven
from flows.understanding.lexicon.own import own_cues
from flows.understanding.normalise import folded

DAYS_OF_MONTH = 30.44
CUES = own_cues(Path(__file__).parent / "words", "fault")
UNTOLD = timedelta(days=7)  # from the order to the delivery, where the carrier tells none


@action("read_fault")
def read_fault(ctx: ActionContext, text: str | None = None) -> Result:
    """Tells {is_fault}: whether the customer says that something broke, or wants to claim, and asks for no rule."""
    del ctx
    return Result({"is_fault": CUES["fault"].search(folded(text or "")) is not None})


@action("list_order_items")
def list_order_items(ctx: ActionContext, order_number: str) -> Result:
    """Lists what an order holds, as choices. Raises PermissionError unless the order is proven."""
    order = _own(ctx, order_number)
    lines = order.lines
    return Result([{"value": line.id, "title": " ".join(filter(None, (line.title, line.variant)))} for line in lines])


@action("check_warranty")
def check_warranty(ctx: ActionContext, order_number: str, line: str) -> Result:
    """Tells {outcome: covered | over | not_arrived | closed, title, until, months}.

    Raises PermissionError unless the order is proven, LookupError for an item that is not in it.
    """
    order = _own(ctx, order_number)
    item = order.line(line)
    if item is None:
        raise LookupError(line)
    months = ctx.policies.warranty_months
    arrived = _arrived(order)
    until = arrived + timedelta(days=round(months * DAYS_OF_MONTH)) if arrived else None
    if order.status in CLOSED:
        outcome = "closed"
    elif until is None:
        outcome = "not_arrived"
    else:  # without a term of the store's own the law decides: people look at it
        outcome = "covered" if not months or ctx.now <= until else "over"
    told = until.isoformat() if until and months else None
    return Result({"outcome": outcome, "title": item.title, "until": told, "months": months})


def _arrived(order: Order) -> datetime | None:
    """Finds when the customer had it; of an order without parcels, some days after it was placed."""
    if order.delivered_at:
        return order.delivered_at
    return order.placed_at + UNTOLD if not order.shipments and order.status == "fulfilled" else None


def _own(ctx: ActionContext, order_number: str) -> Order:
    order = find(ctx, order_number)
    if order is None or not proven(ctx, order, Proof.CONTACT):
        raise PermissionError(order_number)
    return order
