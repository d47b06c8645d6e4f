"""Meta's webhook bodies and signatures."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from sandbox.webhooks import META, Answer, fixed
from sandbox.world import World


def encode(payload: Mapping[str, Any]) -> bytes:
    """JSON bytes as Meta writes them: no blanks, non-ASCII and slashes escaped."""
    text = json.dumps(payload, ensure_ascii=True, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


def signature(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 for the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def deliver(world: World, platform: str, payload: Mapping[str, Any]) -> Answer:
    """Post a webhook to the product's /webhooks/whatsapp or /webhooks/messenger."""
    body = encode(payload)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature-256": signature(world.setting(f"{platform.upper()}_APP_SECRET").split(",")[0], body),
    }
    url = f"{world.config.product}/webhooks/{platform}"
    return await world.courier.deliver(platform, url, body, fixed(headers), META)
