"""Decides what of an order may be reported as our mistake."""

from typing import Any

from core.shop.orders import Order, ShipmentStatus
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Focus
from flows.library.common.deeds import own
from flows.library.common.orders import CLOSED
from flows.library.common.promises import arrivals
from flows.library.returns.chosen import FAULTY, RETURN, claim_states
from flows.library.returns.standing import outcome_of, standing

DAMAGED, MISSING = "damaged", "missing_item"


@action("check_claim")
def check_claim(ctx: ActionContext, order_number: str, kind: str, said: str | None = None) -> Result:
    """Tells what of an order may be reported as our mistake: like `check_return`, with `kind` and, for what is missing,
    `coming`: what is in a parcel that has not arrived, {title, carrier, eta}. Raises PermissionError, LookupError.

    What broke later than claims are taken is taken as faulty under the warranty.
    """
    order = own(ctx, order_number, RETURN)
    if order.status in CLOSED:
        return Result({**standing(ctx, "closed", order), "kind": kind, "coming": []}, (Focus(order.number),))
    states = claim_states(ctx, order, kind)
    if kind == DAMAGED and not any(state.quantity for state in states):
        under_warranty = claim_states(ctx, order, FAULTY)
        if any(state.quantity for state in under_warranty):
            kind, states = FAULTY, under_warranty
    coming = _coming(order) if kind == MISSING else []
    found = {**standing(ctx, outcome_of(ctx, states, said), order, states, said), "kind": kind, "coming": coming}
    if coming and found["outcome"] in ("not_delivered", "nothing_left"):
        found["outcome"] = "coming"
    return Result(found, (Focus(order.number), *(arrivals(ctx, order, "flow:claims") if coming else ())))


def _coming(order: Order) -> list[dict[str, Any]]:
    """Lists what of an order is on its way in another parcel, or in none yet."""
    arrived = {each.line_id for s in order.shipments if s.status == ShipmentStatus.DELIVERED for each in s.lines}
    whole = any(s.status == ShipmentStatus.DELIVERED and not s.lines for s in order.shipments)
    listed = []
    for line in order.lines:
        parcel = next((s for s in order.shipments if any(each.line_id == line.id for each in s.lines)), None)
        if line.id not in arrived and not whole:
            eta = parcel.eta.isoformat() if parcel and parcel.eta else None
            listed.append({"title": line.title, "carrier": parcel.carrier if parcel else "", "eta": eta})
    return listed
