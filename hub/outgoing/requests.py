"""Makes the row of a request: what the customer wants, filled in, in the form in which the store reads it."""

from datetime import datetime
from typing import Any

from core.ids import new_id
from core.people.conversations import PROOF_RANK, Proof
from core.shop.outgoing import stamp
from core.shop.shop_actions import EXPIRES_AFTER, PREFIX
from flows.engine.effects import ShopRequest
from hub.hub import Hub
from storage.conversations.conversations import Conversation
from storage.outgoing import rows

CUSTOMER = "customer"


def row(hub: Hub, conversation: Conversation, request: ShopRequest, proof: Proof, now: datetime) -> dict[str, Any]:
    """Makes it. `proof` is the best that the customer gave for this order; photos become links that lead to them."""
    expires_at = now + EXPIRES_AFTER
    data = {
        "id": request.id,
        "expires_at": stamp(expires_at),
        "order_number": request.order_number,
        "requested_by": CUSTOMER,
        "proof": proof.value,
        **{name: _linked(hub, value) for name, value in request.data.items()},
    }
    return rows.row(
        new_id(now),
        request.id,
        rows.REQUEST,
        PREFIX + request.type,
        _subject(request),
        data,
        now,
        order_number=request.order_number[:255],
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
        expires_at=expires_at,
    )


def best(proofs: list[Proof]) -> Proof:
    """Returns the strongest proof."""
    return max(proofs, key=PROOF_RANK.__getitem__, default=Proof.NONE)


def _subject(request: ShopRequest) -> str:
    made = request.data.get("return")
    if isinstance(made, dict) and made.get("id"):
        return f"return/{made['id']}"
    return f"order/{request.order_number}"


def _linked(hub: Hub, value: Any) -> Any:
    if not (isinstance(value, dict) and isinstance(value.get("photos"), list | tuple)):
        return value
    return {**value, "photos": [hub.file_link(str(each)) for each in value["photos"]]}
