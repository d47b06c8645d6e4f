"""Delivers the shop's webhooks, signed; repeats, holds back, turns round and loses them on command."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec

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


class Deliveries:
    """Posts webhooks, or holds them until they are let go."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held: list[Delivery] = []

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

    def hold(self, delivery: Delivery) -> None:
        """Keeps one until `release`."""
        self._held.append(delivery)

    async def post(self, delivery: Delivery, times: int = 1) -> list[Answer]:
        """Posts it, as often as said; each until it is taken."""
        made = []
        for _ in range(times):
            headers = fixed(delivery.headers)
            made.append(await self._world.courier.deliver("shopify", delivery.url, delivery.body, headers, PLAN))
        return made

    async def release(self, *, turned: bool) -> list[Answer]:
        """Posts what was held, the last one first if `turned`."""
        held, self._held = self._held, []
        return [answer for each in (reversed(held) if turned else held) for answer in await self.post(each)]

    def reset(self) -> None:
        """Forgets what was held."""
        self._held.clear()
