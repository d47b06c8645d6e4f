"""Translates customers, what they agreed to, and what the law lets them ask for."""

from collections.abc import Sequence

from adapters.channels import registry
from adapters.shops.payloads.customers import KnownCustomerPayload
from adapters.shops.shopify.inbound.headers import Envelope
from adapters.shops.shopify.inbound.values import address, full_name, id_of, moment
from adapters.shops.values import Json, object_, objects, text
from core.people.consent import MARKETING
from core.shop.store_events import (
    ConnectionEvent,
    CustomerEvent,
    MergeEvent,
    PrivacyEvent,
    StoreEvent,
)

SUBSCRIBED, UNSUBSCRIBED = "subscribed", "unsubscribed"
# Where a consent stands -> the channel that it is for.
CONSENTS = {"sms_marketing_consent": "sms", "whats_app_marketing_consent": "whatsapp"}


def agreed(customer: Json) -> list[str]:
    """Lists the channels on which the customer agreed to marketing; who did hears news of their orders there too."""
    return [
        channel
        for name, channel in CONSENTS.items()
        if text(object_(customer.get(name)).get("state")).lower() == SUBSCRIBED and channel in registry.lines()
    ]


def customer(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates customers/create and customers/update."""
    default = object_(body.get("default_address"))
    channels = agreed(body)
    payload = KnownCustomerPayload.model_validate(
        {
            "id": id_of(body.get("id")),
            "name": full_name(body),
            "email": body.get("email"),
            "phone": body.get("phone") or default.get("phone"),
            "notify": channels,
            "consents": said(envelope, body),
            "addresses": [address(each) for each in objects(body.get("addresses"))[:100]] or None,
        }
    )
    country = text(default.get("country_code"))
    return [
        CustomerEvent(
            external_id=envelope.id,
            source=f"shopify:{envelope.shop}",
            at=envelope.at,
            customer=payload.value(country),
            facts=payload.facts(),
        )
    ]


def consent(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates customers_marketing_consent/update and its like for WhatsApp."""
    words = said(envelope, body)
    if not words:
        return []
    channels = agreed(body)
    payload = KnownCustomerPayload.model_validate(
        {
            "id": id_of(body.get("customer_id") or body.get("id")),
            "phone": body.get("phone"),
            "notify": channels,
            "consents": words,
        }
    )
    source = f"shopify:{envelope.shop}"
    return [CustomerEvent(external_id=envelope.id, source=source, at=envelope.at, customer=payload.value())]


def said(envelope: Envelope, body: Json) -> list[Json]:
    """Lists what the customer said to marketing on each channel, and when; what they never said is nothing."""
    found = []
    for name, channel in CONSENTS.items():
        told = object_(body.get(name))
        state = text(told.get("state")).lower()
        if state in (SUBSCRIBED, UNSUBSCRIBED) and channel in registry.lines():
            at = min(moment(told.get("consent_updated_at"), envelope.at), envelope.at)
            found.append(
                {"purpose": MARKETING, "channel": channel, "granted": state == SUBSCRIBED, "at": at.isoformat()}
            )
    return found


def merged(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates customers/merge, once it is complete."""
    kept = id_of(body.get("admin_graphql_api_customer_kept_id"))
    gone = id_of(body.get("admin_graphql_api_customer_deleted_id"))
    if not (kept and gone) or text(body.get("status")).lower() not in ("", "completed"):
        return []
    source = f"shopify:{envelope.shop}"
    return [MergeEvent(external_id=envelope.id, source=source, at=envelope.at, kept_id=kept, gone_id=gone)]


def redacted(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates customers/redact, which every app must obey."""
    return _privacy(envelope, body, "erase")


def requested(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates customers/data_request."""
    return _privacy(envelope, body, "export")


def shop_redacted(envelope: Envelope, _body: Json) -> Sequence[StoreEvent]:
    """Translates shop/redact, which comes 48 hours after the app was uninstalled."""
    source = f"shopify:{envelope.shop}"
    return [ConnectionEvent(external_id=envelope.id, source=source, at=envelope.at, kind="redact")]


def uninstalled(envelope: Envelope, _body: Json) -> Sequence[StoreEvent]:
    """Translates app/uninstalled."""
    source = f"shopify:{envelope.shop}"
    return [ConnectionEvent(external_id=envelope.id, source=source, at=envelope.at, kind="uninstalled")]


def _privacy(envelope: Envelope, body: Json, kind: str) -> Sequence[StoreEvent]:
    who = id_of(object_(body.get("customer")).get("id"))
    source = f"shopify:{envelope.shop}"
    event = PrivacyEvent(external_id=envelope.id, source=source, at=envelope.at, kind=kind, customer_id=who)
    return [event] if who else []
