"""Cancels orders by a job that takes a moment.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/orderCancel says when an order can be cancelled.
"""

from sandbox.platforms.shopify import rest
from sandbox.platforms.shopify.money import amount_of, back, keep_refund, suggested
from sandbox.platforms.shopify.shop import Json, Shop, UserError, mutation, nodes

SENT = ("FULFILLED", "PARTIALLY_FULFILLED")
NOTE = 255


@mutation("orderCancel", "jobResult", "orderCancelUserErrors")
def begin(shop: Shop, variables: Json) -> Json | None:
    """Takes a cancellation: `orderCancel`."""
    shop.need("write_orders")
    order = shop.order(variables["id"], "orderId")
    _require_cancellable(order, str(variables.get("note") or ""))
    id_ = shop.new_id("OrderCancelJobResult")
    shop.jobs[id_] = {"order": order["id"], "at": shop.clock() + shop.job_seconds, "error": shop.job_error}
    return look(shop, id_)


def look(shop: Shop, id_: str) -> Json | None:
    """Says how a job stands; what is due is done first."""
    work(shop)
    job = shop.jobs.get(id_)
    if job is None:
        return None
    done = job["at"] <= shop.clock()
    errors = [{"field": None, "message": "The order could not be cancelled", "code": job["error"]}]
    status = ("FAILED" if job["error"] else "SUCCEEDED") if done else "STARTED"
    told = {"__typename": "OrderCancelJobResult", "id": id_, "done": done, "status": status}
    return {**told, "errors": errors if done and job["error"] else []}


def work(shop: Shop) -> float | None:
    """Carries out what is due; returns the seconds until something else is."""
    waiting = []
    for job in shop.jobs.values():
        if job.get("over"):
            continue
        if job["at"] > shop.clock():
            waiting.append(job["at"] - shop.clock())
            continue
        job["over"] = True
        if not job["error"]:
            cancelled(shop, shop.orders[job["order"]])
    return min(waiting, default=None)


def cancelled(shop: Shop, order: Json) -> None:
    """Cancels an order: what was paid goes back, and it is told."""
    order["cancelledAt"] = shop.now()
    order["cancelReason"] = "CUSTOMER"
    for line in nodes(order, "lineItems"):
        line["currentQuantity"] = line["unfulfilledQuantity"] = 0
    left = suggested(shop, order)["suggestedTransactions"]
    paid = [
        back(shop, order, amount_of(each["amountSet"]), each["gateway"], each["parentTransaction"]["id"])
        for each in left
    ]
    refund = keep_refund(shop, order, paid, [], "") if paid else None
    if refund is None:
        order["displayFinancialStatus"] = "VOIDED"
        shop.changed(order)
    shop.told += [("orders/cancelled", rest.order(order)), ("orders/updated", rest.order(order))]
    if refund is not None:
        shop.told.append(("refunds/create", rest.refund(refund, order)))


def _require_cancellable(order: Json, note: str) -> None:
    if len(note) > NOTE:
        raise UserError("Staff note is too long (maximum is 255 characters)", "staffNote", "INVALID")
    if order.get("cancelledAt"):
        raise UserError("Order has already been cancelled", "orderId", "INVALID")
    if any(each["status"] == "OPEN" for each in nodes(order, "returns")):
        raise UserError("Cannot cancel an order with active returns", "orderId", "INVALID")
    if order.get("displayFulfillmentStatus") in SENT:
        raise UserError("Cannot cancel an order with outstanding fulfillments", "orderId", "INVALID")
    if order.get("pendingAuthorization"):
        raise UserError("Cannot cancel an order with a pending payment authorization", "orderId", "INVALID")
