"""Signs by Standard Webhooks, so that any of its libraries verifies what we send."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"


def signed(id_: str, body: bytes, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """Makes the headers that prove who sent `body`: a signature by each secret, so that either may be checked while
    one replaces the other."""
    sent_at = str(int(now.timestamp()))
    content = b".".join((id_.encode(), sent_at.encode(), body))
    signatures = " ".join(f"v1,{_sign(secret, content)}" for secret in secrets)
    return {"webhook-id": id_, "webhook-timestamp": sent_at, "webhook-signature": signatures}


def _sign(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
