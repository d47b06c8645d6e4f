"""Reads the headers of a webhook, and knows the ping that WooCommerce sends when one is made.

https://developer.woocommerce.com/docs/best-practices/urls-and-routing/webhooks/
"""

import hashlib
import re

import msgspec

from adapters.transport.signatures import require_base64_sha256
from core.ports.webhooks import RawRequest

MOST = 100  # signs of an id
_PING = re.compile(rb'webhook_id=\d{1,20}|\{"webhook_id": ?"?\d{1,20}"?\}')  # a form, by some plugins JSON


class Envelope(msgspec.Struct, frozen=True):
    """What the headers say: `id` of this event (a repeated delivery has the same), and what it is about."""

    id: str
    topic: str
    source: str


def is_ping(request: RawRequest) -> bool:
    """Tells whether it only asks if anybody is there: `webhook_id=12`, unsigned. It wants 200, and nothing is kept."""
    return "x-wc-webhook-topic" not in request.headers and _PING.fullmatch(request.body) is not None


def verify(request: RawRequest, secrets: tuple[str, ...]) -> None:
    """Accepts what one of `secrets` signed, raw bytes. Raises SignatureInvalid.

    How old it is no header says; what is repeated is known by its id.
    """
    require_base64_sha256(request.headers.get("x-wc-webhook-signature"), request.body, secrets)


def envelope(request: RawRequest, source: str) -> Envelope:
    """Reads the headers of a verified webhook.

    A delivery's id is made of the webhook and the second alone, so two orders that change at once share one: the body
    is a part of the id.
    """
    topic = request.headers.get("x-wc-webhook-topic", "").strip().lower()
    delivery = request.headers.get("x-wc-webhook-delivery-id", "").strip()[:MOST]
    digest = hashlib.sha256(request.body).hexdigest()[:32]
    return Envelope(f"{delivery}:{topic}:{digest}"[:255], topic, source)
