"""Translates refunds and returns.

https://shopify.dev/docs/api/admin-rest/latest/resources/refund
"""

import re
from collections.abc import Sequence

import msgspec

from adapters.shops.payloads.aftersales import RefundPayload, ReturnPayload
from adapters.shops.shopify.inbound.headers import Envelope
from adapters.shops.shopify.inbound.values import amount, id_of, moment
from adapters.shops.values import Json, added, object_, objects, text
from core.shop.returns import ReturnState
from core.shop.store_events import ConnectionEvent, RefundEvent, ReturnEvent, StoreEvent

STATES = {
    "requested": ReturnState.REQUESTED,
    "open": ReturnState.APPROVED,
    "declined": ReturnState.REFUSED,
    "closed": ReturnState.COMPLETED,
    "canceled": ReturnState.CANCELLED,
    "cancelled": ReturnState.CANCELLED,
}
MARK = re.compile(r"\s*\[(R[^\],]*)[^\]]*\]\s*$")  # our number, in the note of a return that we made
_UNNAMED = "-"  # stands for a number that is not told, until the order is found by its id
_METHODS = {"gift_card": "gift_card", "shopify_store_credit": "store_credit", "store_credit": "store_credit"}


def refund(envelope: Envelope, told: Json, number: str, order_id: str) -> StoreEvent | None:
    """Translates one refund; None where no money went back (yet): lines were only restocked, or the bank refused.

    Its id is its own, not the webhook's: the order tells of it again.
    """
    paid = [
        each
        for each in objects(told.get("transactions"))
        if text(each.get("kind")) == "refund" and text(each.get("status")) == "success"
    ]
    total = added([amount(each, "amount") for each in paid])
    if not total:
        return None
    payload = RefundPayload.model_validate(
        {
            "order_number": number or _UNNAMED,
            "amount": str(total),
            "currency": paid[0].get("currency"),
            "method": _METHODS.get(text(paid[0].get("gateway")), "original"),
            "lines": [
                {"line_id": id_of(each.get("line_item_id")), "quantity": each.get("quantity")}
                for each in objects(told.get("refund_line_items"))
            ],
        }
    )
    at = moment(told.get("processed_at") or told.get("created_at"), envelope.at)
    return RefundEvent(
        external_id=f"refund:{id_of(told.get('id'))}",
        source=f"shopify:{envelope.shop}",
        at=at,
        refund=msgspec.structs.replace(payload.value(at), order_number=number),
        order_id=order_id,
    )


def refunded(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates refunds/create, which names its order only by the id."""
    event = refund(envelope, body, "", id_of(body.get("order_id")))
    return [event] if event else []


def returned(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates returns/request, approve, decline, update, close, reopen and cancel.

    Webhooks do not tell the label; what is fetched does (adapters.shops.shopify.catchup).
    """
    state, label = STATES.get(text(body.get("status")).lower()), text(body.get("label_url"))
    if state is ReturnState.APPROVED and label:
        state = ReturnState.LABEL_SENT
    order = object_(body.get("order"))
    number = text(order.get("name")) or text(body.get("name")).rpartition("-R")[0]  # "#1001-R1"
    order_id = id_of(order.get("id")) or id_of(body.get("order_id"))
    if state is None or not (number or order_id):
        return []
    payload = ReturnPayload.model_validate(
        {
            "id": id_of(body.get("id")) or id_of(body.get("admin_graphql_api_id")),
            "order_number": number or _UNNAMED,
            "state": state,
            "label_url": label or None,
            "lines": [each for each in map(_line, objects(body.get("return_line_items"))) if each] or None,
        }
    )
    return [
        ReturnEvent(
            external_id=envelope.id,
            source=f"shopify:{envelope.shop}",
            at=envelope.at,
            returned=msgspec.structs.replace(payload.value(envelope.at), order_number=number),
            order_id=order_id,
        )
    ]


def labelled(envelope: Envelope, _body: Json) -> Sequence[StoreEvent]:
    """Translates reverse_deliveries/attach_deliverable, which does not name its order: the shop is to be asked."""
    source = f"shopify:{envelope.shop}"
    return [ConnectionEvent(external_id=envelope.id, source=source, at=envelope.at, kind="look")]


def _line(told: Json) -> Json | None:
    sold = object_(object_(told.get("fulfillment_line_item")).get("line_item"))
    line_id = id_of(sold.get("id"))
    note = MARK.sub("", text(told.get("return_reason_note")))
    reason = note or text(told.get("customer_note")) or text(told.get("return_reason"))
    return {"line_id": line_id, "quantity": told.get("quantity"), "reason": reason} if line_id else None
