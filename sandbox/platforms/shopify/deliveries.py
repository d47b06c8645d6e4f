"""Delivers the shop's webhooks, signed; repeats, holds back, turns round and loses them on command."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec

from sandbox.wire.deliveries import HeldDeliveries
from sandbox.wire.webhooks import Answer, Plan, fixed
from sandbox.world.world import World

Json = dict[str, Any]
PATH = "/webhooks/shopify"
# Shopify tries eight times within four hours, and waits five seconds for an answer; here it is quicker.
PLAN = Plan(retries=(0.5, 1, 2, 4, 8, 15, 30, 60), timeout=5)


class Delivery(msgspec.Struct, frozen=True):
    """One webhook, as it is posted each time."""

    url: str
    body: bytes
    headers: dict[str, str]


class Deliveries(HeldDeliveries[Delivery]):
    """Makes webhooks and posts them."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def make(self, url: str, topic: str, payload: Json, given: Json) -> Delivery:
        """Signs one; `given` may bring `id`, `triggered_at`, `headers` ("next": without `X-`), `secret`, `shop`."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        secret = str(given.get("secret") or self._world.setting("SHOPIFY_CLIENT_SECRET")).split(",")[0]
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        now = datetime.fromtimestamp(self._world.clock(), UTC)
        told = {
            "Topic": topic,
            "Hmac-SHA256": base64.b64encode(digest).decode(),
            "Shop-Domain": str(given.get("shop") or self._world.setting("SHOPIFY_SHOP")),
            "API-Version": "2026-10",
            "Webhook-Id": str(given.get("id") or uuid.uuid4()),
            "Event-Id": str(uuid.uuid4()),
            "Triggered-At": str(given.get("triggered_at") or now.isoformat().replace("+00:00", "Z")),
        }
        prefix = "Shopify-" if given.get("headers") == "next" else "X-Shopify-"
        headers = {prefix + name: value for name, value in told.items()}
        return Delivery(url, body, {**headers, "Content-Type": "application/json"})

    async def _send(self, delivery: Delivery) -> Answer:
        """Posts it until it is taken."""
        return await self._world.courier.deliver("shopify", delivery.url, delivery.body, fixed(delivery.headers), PLAN)
