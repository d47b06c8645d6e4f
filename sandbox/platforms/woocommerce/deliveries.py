"""Delivers webhooks, signed, once each; disables one after more than five failures in a row, as WooCommerce does."""

import base64
import hashlib
import hmac
import json
from typing import Any

import msgspec

from sandbox.wire.deliveries import HeldDeliveries
from sandbox.wire.webhooks import ONCE, Answer, fixed
from sandbox.world.world import World

Json = dict[str, Any]
PATH = "/webhooks/woocommerce"
MOST_FAILURES = 5
AGENT = "WooCommerce/10.4.2 Hookshot (WordPress/6.9)"


class Delivery(msgspec.Struct, frozen=True):
    """One delivery of a webhook."""

    webhook: Json
    body: bytes
    headers: dict[str, str]


class Deliveries(HeldDeliveries[Delivery]):
    """Makes webhooks and posts them."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def make(self, webhook: Json, payload: Any, given: Json | None = None) -> Delivery:
        """Signs one; `given` may bring `delivery_id`, `secret`, `raw`, `unsigned`. Two in one second share their id."""
        told = given or {}
        body = str(told["raw"]).encode() if "raw" in told else json.dumps(payload, ensure_ascii=False).encode()
        digest = hmac.new(str(told.get("secret") or webhook["secret"]).encode(), body, hashlib.sha256).digest()
        second = f"{webhook['id']}{int(self._world.clock())}"
        resource, _, event = str(webhook["topic"]).partition(".")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "X-WC-Webhook-Source": f"{self._world.config.base}/",
            "X-WC-Webhook-Topic": str(webhook["topic"]),
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
            "X-WC-Webhook-ID": str(webhook["id"]),
            "X-WC-Webhook-Delivery-ID": str(told.get("delivery_id") or hashlib.md5(second.encode()).hexdigest()),  # noqa: S324
        }
        if told.get("unsigned"):
            del headers["X-WC-Webhook-Signature"]
        return Delivery(webhook, body, headers)

    async def ping(self, webhook: Json) -> Answer:
        """Asks whether anybody is there, as when a webhook is made."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": AGENT}
        return await self._world.courier.deliver(
            "woocommerce", webhook["delivery_url"], f"webhook_id={webhook['id']}".encode(), fixed(headers), ONCE
        )

    def _count(self, webhook: Json, taken: bool) -> None:
        if taken:
            webhook["failures"] = 0
        elif webhook["failures"] > MOST_FAILURES:
            webhook["status"] = "disabled"
        else:
            webhook["failures"] += 1

    async def _send(self, delivery: Delivery) -> Answer:
        """Posts it once; nothing is repeated by itself."""
        url = delivery.webhook["delivery_url"]
        answer = await self._world.courier.deliver("woocommerce", url, delivery.body, fixed(delivery.headers), ONCE)
        self._count(delivery.webhook, 200 <= answer.status < 303)
        return answer
