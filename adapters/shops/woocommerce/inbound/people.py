"""Translates customers.

https://developer.woocommerce.com/docs/apis/rest-api/v3/customers/
"""

from collections.abc import Sequence
from datetime import datetime

from adapters.shops.payloads.customers import KnownCustomerPayload
from adapters.shops.values import Json, object_, text
from adapters.shops.woocommerce.inbound.headers import Envelope
from adapters.shops.woocommerce.inbound.orders import LANGUAGES
from adapters.shops.woocommerce.inbound.values import address, changed_at, full_name, id_of, meta, phone_of
from adapters.shops.woocommerce.inbound.wishes import wishes, withdrawals
from core.shop.store_events import CustomerEvent, StoreEvent


def customer(envelope: Envelope, body: Json, received_at: datetime) -> Sequence[StoreEvent]:
    """Translates customer.created, updated and restored."""
    billing, shipping, more = object_(body.get("billing")), object_(body.get("shipping")), meta(body)
    places = [address(each) for each in (shipping, billing) if text(each.get("address_1"))]
    payload = KnownCustomerPayload.model_validate(
        {
            "id": id_of(body.get("id")),
            "name": full_name(body) or full_name(billing),
            "email": text(body.get("email")) or text(billing.get("email")),
            "phone": phone_of(billing, shipping),
            "locale": next((text(more[key]) for key in ("locale", *LANGUAGES) if text(more.get(key))), None),
            "addresses": [each for place, each in enumerate(places) if each not in places[:place]] or None,
            **wishes(more),
            "consents": withdrawals(more),
        }
    )
    return [
        CustomerEvent(
            external_id=envelope.id,
            source=envelope.source,
            at=changed_at(body, received_at),
            customer=payload.value(text(billing.get("country"))),
            facts=payload.facts(),
        )
    ]
