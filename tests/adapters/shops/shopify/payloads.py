"""Reads the recorded shapes of Shopify's payloads, and signs them as Shopify does."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.ports.webhooks import RawRequest

SHOP, SECRET = "northwind.myshopify.com", "shpss_current"
FIXTURES = Path(__file__).with_name("fixtures")


def payload(name: str, /, **changes: Any) -> dict[str, Any]:
    """Reads one payload, with what is changed in it."""
    read: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return {**read, **changes}


def signed_headers(
    topic: str, body: bytes, id_: str = "wh-1", at: str = "2026-12-01T10:00:00.123456789Z", **changes: str
) -> dict[str, str]:
    """Makes the headers of a delivery, names in lower case."""
    given = {"secret": SECRET, "prefix": "x-shopify-", "shop": SHOP, **changes}
    signature = base64.b64encode(hmac.new(given["secret"].encode(), body, hashlib.sha256).digest()).decode()
    told = {
        "hmac-sha256": signature,
        "topic": topic,
        "webhook-id": id_,
        "event-id": f"event-of-{id_}",
        "shop-domain": given["shop"],
        "api-version": "2026-10",
        "triggered-at": at,
    }
    return {given["prefix"] + name: value for name, value in told.items()}


def webhook(topic: str, body: Mapping[str, Any], id_: str = "wh-1", **changes: str) -> RawRequest:
    """Makes a signed delivery."""
    raw = json.dumps(body).encode()
    return RawRequest("POST", "https://desk.example/webhooks/shopify", signed_headers(topic, raw, id_, **changes), raw)
