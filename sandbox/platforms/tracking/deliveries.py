"""Signs what a service posts as that service does, and posts it; repeats, holds back and turns round on command."""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Mapping

import msgspec

from sandbox.platforms.tracking.words import AFTERSHIP, EASYPOST, SEVENTEENTRACK
from sandbox.wire.deliveries import HeldDeliveries
from sandbox.wire.webhooks import Answer, Plan, fixed
from sandbox.world.world import World

# AfterShip tries 14 times in 68 hours, EasyPost 6 times; of 17TRACK three tries more are told. Here it is quicker.
PLANS: Mapping[str, Plan] = {
    AFTERSHIP: Plan(retries=(0.5, 1, 2, 4, 8, 15, 30, 30, 60, 60, 60, 120, 120), timeout=10),
    SEVENTEENTRACK: Plan(retries=(1, 4, 15), timeout=10),
    EASYPOST: Plan(retries=(0.5, 1, 2, 4, 8, 15), timeout=7),
}
SETTINGS = {
    AFTERSHIP: "AFTERSHIP_WEBHOOK_SECRET",
    SEVENTEENTRACK: "SEVENTEENTRACK_KEY",
    EASYPOST: "EASYPOST_WEBHOOK_SECRET",
}


class Delivery(msgspec.Struct, frozen=True):
    """One webhook, as it is posted each time."""

    service: str
    body: bytes
    headers: dict[str, str]


class Deliveries(HeldDeliveries[Delivery]):
    """Makes webhooks and posts them."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def make(self, service: str, body: bytes, secret: str = "", header: str = "") -> Delivery:
        """Signs one; `secret`: another than ours; `header` of AfterShip: `old` (organisations of before 2022),
        `returns` (another product), `none`."""
        key = secret or self._world.setting(SETTINGS[service]).split(",")[0]
        signed = {} if header == "none" else _signed(service, body, key, header)
        return Delivery(service, body, {**signed, "Content-Type": "application/json"})

    async def _send(self, delivery: Delivery) -> Answer:
        """Posts it until it is taken."""
        service, url = delivery.service, f"{self._world.config.product}/webhooks/{delivery.service}"
        return await self._world.courier.deliver(service, url, delivery.body, fixed(delivery.headers), PLANS[service])


def _signed(service: str, body: bytes, key: str, header: str) -> dict[str, str]:
    if service == SEVENTEENTRACK:
        return {"sign": hashlib.sha256(body + b"/" + key.encode()).hexdigest()}
    if service == EASYPOST:
        normal = unicodedata.normalize("NFKD", key).encode()
        return {"X-Hmac-Signature": f"hmac-sha256-hex={hmac.new(normal, body, hashlib.sha256).hexdigest()}"}
    digest = base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()
    if header == "old":
        return {"am-webhook-signature": f"hmac-sha256={digest}"}
    if header == "returns":
        return {"as-signature-hmac-sha256": digest}
    return {"aftership-hmac-sha256": digest, "as-webhook-version": "2026-07"}
