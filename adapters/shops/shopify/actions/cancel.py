"""Cancels an order, pays it back, and puts its items back into stock.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/orderCancel: it is done by a job, beside the call; what came
of it is asked for a few times, then later again (`ShopAnswer.again`). It cannot be taken back, and is done once: an
order that is cancelled is not cancelled again.
"""

from adapters.shops.shopify.actions.calls import (
    DONE,
    LEFT,
    NOTE,
    Fault,
    FaultsError,
    change,
    document,
    faults,
    find,
    for_people,
    look,
    nodes,
    refused,
)
from adapters.shops.shopify.admin.client import Admin
from adapters.shops.values import Json, object_, text
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus

FIND = document("OrderToCancel", 'returns(first: 1, query: "status:OPEN") { nodes { id } }')
CANCEL = """mutation CancelOrder($id: ID!, $note: String) {
  orderCancel(orderId: $id, reason: CUSTOMER, refundMethod: { originalPaymentMethodsRefund: true },
    restock: true, notifyCustomer: false, staffNote: $note) {
    jobResult { id done status errors { code field message } }
    orderCancelUserErrors { code field message } } }"""
JOB_NOW = """query CancelJob($id: ID!) {
  node(id: $id) { ... on OrderCancelJobResult { id done status errors { code field message } } } }"""
JOB = "/OrderCancelJobResult/"
WAITS = (0.5, 1.0, 1.5, 2.0)  # seconds between looks at the job, in one call
LATER = 15.0  # seconds until the next call looks again
_PERMISSION = "the app or its user may not pay orders back (refund_orders)"
_WORDS = {
    "NOT_FOUND": "the order is not there (any more)",
    "NO_REFUND_PERMISSION": _PERMISSION,
    "NO_REFUND_TO_STORE_CREDIT_PERMISSION": _PERMISSION,
}


async def cancel(admin: Admin, request: OutgoingEvent) -> ShopAnswer:
    """Cancels. Raises NoSuchOrderError, SendError."""
    order = await find(admin, FIND, request.data["order_number"])
    if order.get("cancelledAt"):
        return DONE
    if JOB in request.remote_id:
        return await _awaited(admin, request.remote_id, order["id"])
    if text(order.get("displayFulfillmentStatus")) in LEFT:
        return refused(Refusal.SENT)
    if nodes(order.get("returns")):
        return refused(Refusal.RETURN_OPEN)
    note = f"The customer asked for it in a chat. Doorstep {request.data['id']}"[:NOTE]
    try:
        payload = await change(admin, CANCEL, id=order["id"], note=note)
    except FaultsError as error:
        return await _refusal(admin, order["id"], error.faults)
    job = object_(payload.get("jobResult"))
    return _outcome(job) or await _awaited(admin, text(job.get("id")), order["id"])


async def _awaited(admin: Admin, job_id: str, order_id: str) -> ShopAnswer:
    """Looks at the job until it is over, or it is time to come again later."""
    for seconds in WAITS:
        await admin.rest(seconds)
        job = object_((await admin.ask(JOB_NOW, id=job_id)).get("node"))
        if not job:  # it is kept for a while only: then the order tells
            break
        if found := faults(job.get("errors")):
            return await _refusal(admin, order_id, found)
        if outcome := _outcome(job):
            return outcome
    return ShopAnswer(ShopStatus.PENDING, id=job_id, again=LATER)


def _outcome(job: Json) -> ShopAnswer | None:
    """Reads what came of the job; None while it is under way."""
    if not job.get("done") or faults(job.get("errors")):
        return None
    return DONE if text(job.get("status")) == "SUCCEEDED" else for_people("the order could not be cancelled")


async def _refusal(admin: Admin, order_id: str, found: tuple[Fault, ...] | list[Fault]) -> ShopAnswer:
    """Finds out why it was refused by what the order is now: the codes do not tell, and words change."""
    order = await look(admin, FIND, order_id)
    if order.get("cancelledAt"):
        return DONE
    if text(order.get("displayFulfillmentStatus")) in LEFT:
        return refused(Refusal.SENT)
    if nodes(order.get("returns")):
        return refused(Refusal.RETURN_OPEN)
    error = FaultsError(found)
    if error.speaks_of("pending payment", "payment is pending", "authoriz"):
        return refused(Refusal.UNPAID)
    if error.speaks_of("fulfil"):
        return refused(Refusal.SENT)
    return for_people(_WORDS.get(found[0].code, str(error)))
