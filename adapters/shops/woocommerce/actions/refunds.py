"""Pays back, once: WooCommerce has no idempotency key, so what is there is compared before and after.

https://developer.woocommerce.com/docs/apis/rest-api/v3/order-refunds/. Our id stands in the refund's reason from its
first moment on. Before the one call that moves money the order is marked; a call whose outcome nobody knows is never
made again, however long the bank behind it takes: either the refund shows itself, or people look.
"""

from decimal import Decimal

from adapters.shops.values import Json, decimal, objects, text
from adapters.shops.woocommerce.actions.found import Refused, path_of, remaining
from adapters.shops.woocommerce.inbound.lines import counted
from adapters.shops.woocommerce.inbound.values import id_of, meta, priced
from adapters.shops.woocommerce.rest.client import Rest
from core.errors import Outcome, SendError
from core.shop.shop_actions import Refusal

SURE = (Outcome.CONTENT_REJECTED, Outcome.MISCONFIGURED, Outcome.PACE)  # nothing was done; so too where none answers


async def pay_back(rest: Rest, order: Json, request_id: str, amount: Decimal | None, lines: list[Json]) -> str:
    """Pays back `amount`, or all that is left of the price; returns the refund's id. Raises SendError, Refused."""
    listed = (await rest.get(f"{path_of(order)}/refunds", per_page=100)).objects
    ours = next((each for each in listed if request_id in text(each.get("reason"))), None)
    if ours is not None:
        return id_of(ours.get("id"))
    begun = f"_doorstep_refund_{request_id}"
    if meta(order).get(begun) == "begun":
        raise SendError(Outcome.AMBIGUOUS, "refund_unknown", "a refund was begun, and the shop does not list it")
    if amount is not None and amount > remaining(order):
        raise Refused(Refusal.TOO_MUCH)
    await rest.put(path_of(order), {"meta_data": [{"key": begun, "value": "begun"}]})
    try:
        made = await rest.post(f"{path_of(order)}/refunds", _refund(order, request_id, amount, lines))
    except SendError as error:
        if error.outcome in SURE or error.code == "connect":
            await _forget(rest, order, begun)
        raise
    return id_of(made.object.get("id"))


async def _forget(rest: Rest, order: Json, begun: str) -> None:
    """Takes the mark away; where that does not work, people look."""
    try:
        await rest.put(path_of(order), {"meta_data": [{"key": begun, "value": "refused"}]})
    except SendError:
        return


def _refund(order: Json, request_id: str, amount: Decimal | None, lines: list[Json]) -> Json:
    return {
        "amount": priced(remaining(order) if amount is None else amount),
        "reason": f"Asked for by the customer ({request_id})",
        "api_refund": True,
        "line_items": _lines(order, lines) if lines else [],
    }


def _lines(order: Json, lines: list[Json]) -> list[Json]:
    """Says what it is for, so that the shop puts it in stock again; the amount beside it is what is paid."""
    sold = {id_of(each.get("id")): each for each in objects(order.get("line_items"))}
    found = []
    for each in lines:
        line = sold.get(str(each.get("line_id")))
        if line is None:
            continue
        pieces = min(counted(each.get("quantity", 1)), counted(line.get("quantity")))
        share = Decimal(pieces) / counted(line.get("quantity"))
        taxes = [
            {"id": tax.get("id"), "refund_total": priced(decimal(tax.get("total")) * share)}
            for tax in objects(line.get("taxes"))
        ]
        total = priced(decimal(line.get("total")) * share)
        found.append({"id": line.get("id"), "quantity": pieces, "refund_total": total, "refund_tax": taxes})
    return found
