"""Posts and signs Twilio's form webhooks."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from urllib.parse import urldefrag, urlencode

from sandbox.wire.webhooks import TWILIO, Answer, Plan, fixed
from sandbox.world.world import World


def signature(token: str, url: str, params: Mapping[str, str]) -> str:
    """Computes X-Twilio-Signature: HMAC-SHA1 over the URL (without fragment) and the parameters sorted by name."""
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


async def deliver(world: World, url: str, params: Mapping[str, str], retries: int = 5) -> Answer:
    """Posts a signed form; tried again as the address says (#rc=5&rp=all), or `retries` times when it says nothing."""
    bare, fragment = urldefrag(url)
    token = str(uuid.uuid4())
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "User-Agent": "TwilioProxy/1.1",
        "I-Twilio-Idempotency-Token": token,
        "X-Twilio-Signature": signature(world.setting("TWILIO_AUTH_TOKEN").split(",")[0], bare, params),
    }
    body = urlencode(params).encode()
    return await world.courier.deliver("twilio", bare, body, fixed(headers), _plan(fragment, retries))


def _plan(fragment: str, retries: int) -> Plan:
    wanted = dict(part.split("=", 1) for part in fragment.split("&") if "=" in part)
    asked = wanted.get("rc", str(retries))
    count = min(int(asked), 5) if asked.isdigit() else 0
    return Plan(TWILIO.retries[:count], TWILIO.timeout)
