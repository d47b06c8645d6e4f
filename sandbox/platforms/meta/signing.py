"""Writes and signs Meta's webhook bodies."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.wire.webhooks import META, Answer, fixed
from sandbox.world.world import World

Json = dict[str, Any]


def encode(payload: Mapping[str, Any]) -> bytes:
    """Writes JSON as Meta does: no blanks, non-ASCII and slashes escaped."""
    text = json.dumps(payload, ensure_ascii=True, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


def signature(secret: str, body: bytes) -> str:
    """Computes the value of X-Hub-Signature-256 for the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def merged(payloads: Iterable[Json]) -> Json:
    """Makes one webhook body of several, as Meta batches them: an entry per account, a list of items each.

    Raises ValueError when there are none.
    """
    entries: dict[tuple[str, ...], Json] = {}
    payload: Json = {}
    for payload in payloads:
        for entry in payload["entry"]:
            part = next(name for name in ("changes", "messaging", "standby") if name in entry)
            known = entries.setdefault((str(entry["id"]), part), {**entry, part: []})
            known[part] += entry[part]
    if not payload:
        raise ValueError("a batch needs at least one item")
    return {"object": payload["object"], "entry": list(entries.values())}


async def deliver(world: World, platform: str, payload: Mapping[str, Any], url: str = "") -> Answer:
    """Posts a webhook to the product's /webhooks/whatsapp or /webhooks/messenger, or to `url`.

    Both accounts are of one Meta app, so that one secret signs for both.
    """
    body = encode(payload)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature-256": signature(world.setting(f"{platform.upper()}_APP_SECRET").split(",")[0], body),
    }
    to = url or f"{world.config.product}/webhooks/{platform}"
    return await world.courier.deliver(platform, to, body, fixed(headers), META)
