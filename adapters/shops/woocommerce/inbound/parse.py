"""Parses a webhook of WooCommerce into events of the store, by its topic."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from pydantic import ValidationError

from adapters.shops.faults import faults
from adapters.shops.values import Json
from adapters.shops.woocommerce.inbound import orders, people, products
from adapters.shops.woocommerce.inbound.headers import Envelope, envelope
from adapters.transport.json_text import read_json
from core.errors import MalformedPayload
from core.ports.webhooks import RawRequest
from core.shop.store_events import Ignored, StoreEvent

Translate = Callable[[Envelope, Json, datetime], Sequence[StoreEvent]]


def parse(request: RawRequest, received_at: datetime, source: str) -> list[StoreEvent | Ignored]:
    """Parses a verified webhook of the shop `source`; what its topic or its state makes no news of is one `Ignored`.

    Raises MalformedPayload for a body that is not what its topic says.
    """
    told = envelope(request, source)
    body = read_json(request.body)
    if not isinstance(body, dict):
        raise MalformedPayload("expected an object", "$")
    translate = TOPICS.get(told.topic)
    if translate is None:
        return [_ignored(told, received_at)]
    try:
        events = list(translate(told, body, received_at))
    except ValidationError as error:
        listed = faults(error, "$")
        raise MalformedPayload(listed[0][1], listed[0][0], listed) from None
    return [*events] or [_ignored(told, received_at)]


def _ignored(told: Envelope, at: datetime) -> Ignored:
    """Keeps that it came, and not what it said: a body may be full of personal data that nobody here needs."""
    return Ignored(external_id=told.id, source=told.source, at=at, kind=f"woocommerce {told.topic}".strip())


# order.deleted and customer.deleted name only an id: an order in the bin is no cancellation, and an account that is
# removed is no wish to be forgotten.
TOPICS: Mapping[str, Translate] = {
    **{f"order.{what}": orders.ordered for what in ("created", "updated", "restored")},
    **{f"customer.{what}": people.customer for what in ("created", "updated", "restored")},
    **{f"product.{what}": products.product for what in ("created", "updated", "restored")},
    "product.deleted": products.deleted,
}
