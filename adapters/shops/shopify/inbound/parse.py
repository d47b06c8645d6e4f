"""Parses a webhook of Shopify into events of the store, by its topic."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from pydantic import ValidationError

from adapters.shops.faults import faults
from adapters.shops.shopify.inbound import disputes, orders, parcels, people, products, refunds
from adapters.shops.shopify.inbound.headers import Envelope, envelope
from adapters.shops.values import Json
from adapters.transport.json_text import read_json
from core.errors import MalformedPayload
from core.ports.webhooks import RawRequest
from core.shop.store_events import Ignored, StoreEvent

Translate = Callable[[Envelope, Json], Sequence[StoreEvent]]


def parse(request: RawRequest, received_at: datetime) -> list[StoreEvent | Ignored]:
    """Parses a verified webhook; what its topic or its state makes no news of is one `Ignored`.

    Raises MalformedPayload for a body that is not what its topic says.
    """
    told = envelope(request, received_at)
    body = read_json(request.body)
    if not isinstance(body, dict):
        raise MalformedPayload("expected an object", "$")
    topic = told.topic or str(body.get("topic", ""))  # the next generation of events says it in the body too
    translate = TOPICS.get(topic)
    if translate is None:
        return [_ignored(told, topic)]
    try:
        events = list(translate(told, body))
    except ValidationError as error:
        listed = faults(error, "$")
        raise MalformedPayload(listed[0][1], listed[0][0], listed) from None
    return [*events] or [_ignored(told, topic)]


def _ignored(told: Envelope, topic: str) -> Ignored:
    """Keeps that it came, and not what it said: a body may be full of personal data that nobody here needs."""
    return Ignored(external_id=told.id, source=f"shopify:{told.shop}", at=told.at, kind=f"shopify {topic}".strip())


TOPICS: Mapping[str, Translate] = {
    **dict.fromkeys(
        ("orders/create", "orders/paid", "orders/updated", "orders/cancelled", "orders/fulfilled"), orders.ordered
    ),
    "orders/partially_fulfilled": orders.ordered,
    "fulfillments/create": parcels.fulfilled,
    "fulfillments/update": parcels.fulfilled,
    "fulfillment_events/create": parcels.scanned,
    "refunds/create": refunds.refunded,
    **{
        f"returns/{what}": refunds.returned
        for what in ("request", "approve", "decline", "update", "close", "reopen", "cancel")
    },
    "reverse_deliveries/attach_deliverable": refunds.labelled,
    "customers/create": people.customer,
    "customers/update": people.customer,
    "customers/merge": people.merged,
    "customers_marketing_consent/update": people.consent,
    "customers_whats_app_marketing_consent/update": people.consent,
    "customers/redact": people.redacted,
    "shop/redact": people.shop_redacted,
    "disputes/create": disputes.disputed,
    "disputes/update": disputes.disputed,
    "customers/data_request": people.requested,
    "products/create": products.product,
    "products/update": products.product,
    "products/delete": products.deleted,
    "variants/in_stock": products.restocked,
    "variants/out_of_stock": products.sold_out,
    "app/uninstalled": people.uninstalled,
}
