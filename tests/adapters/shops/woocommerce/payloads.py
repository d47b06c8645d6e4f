"""Reads the recorded shapes of WooCommerce's payloads, and signs them as WooCommerce does."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from core.ports.webhooks import RawRequest

SOURCE, SECRET = "woocommerce:shop.example", "a-long-word-of-our-own"
FIXTURES = Path(__file__).with_name("fixtures")


def read(name: str) -> Any:
    """Reads one payload, whatever it is."""
    return json.loads((FIXTURES / f"{name}.json").read_text())


def payload(name: str, /, **changes: Any) -> dict[str, Any]:
    """Reads one object, with what is changed in it."""
    return {**read(name), **changes}


def with_meta(order: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Adds metadata to an order."""
    added = [{"id": 90_000 + place, "key": key, "value": value} for place, (key, value) in enumerate(more.items())]
    return {**order, "meta_data": [*order["meta_data"], *added]}


def signed_headers(topic: str, body: bytes, delivery: str = "d-1", secret: str = SECRET) -> dict[str, str]:
    """Makes the headers of a delivery, names in lower case."""
    resource, _, event = topic.partition(".")
    return {
        "content-type": "application/json",
        "user-agent": "WooCommerce/10.4.2 Hookshot (WordPress/6.9)",
        "x-wc-webhook-source": "https://shop.example/",
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-resource": resource,
        "x-wc-webhook-event": event,
        "x-wc-webhook-signature": base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode(),
        "x-wc-webhook-id": "12",
        "x-wc-webhook-delivery-id": delivery,
    }


def webhook(topic: str, body: Any, delivery: str = "d-1", secret: str = SECRET) -> RawRequest:
    """Makes a signed delivery."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    url = "https://desk.example/webhooks/woocommerce"
    return RawRequest("POST", url, signed_headers(topic, raw, delivery, secret), raw)
