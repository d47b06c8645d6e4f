"""Translates disputes: a customer's bank asks for a payment back.

https://shopify.dev/docs/api/admin-rest/latest/resources/dispute
"""

from collections.abc import Sequence

from adapters.shops.shopify.inbound.headers import Envelope
from adapters.shops.shopify.inbound.values import id_of
from adapters.shops.values import Json, text
from core.shop.store_events import DisputeEvent, StoreEvent

ENDS = {"won": "won", "lost": "lost", "accepted": "lost", "charge_refunded": "lost"}


def disputed(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates disputes/create and disputes/update; an inquiry counts too, as it may become one."""
    order_id = id_of(body.get("order_id"))
    kind = "opened" if envelope.topic == "disputes/create" else ENDS.get(text(body.get("status")), "changed")
    if not order_id:
        return []
    return [
        DisputeEvent(
            external_id=envelope.id,
            source=f"shopify:{envelope.shop}",
            at=envelope.at,
            kind=kind,
            order_id=order_id,
            amount=str(body.get("amount") or ""),
            currency=text(body.get("currency")),
            reason=text(body.get("reason")),
            due=text(body.get("evidence_due_by"))[:10],
        )
    ]
