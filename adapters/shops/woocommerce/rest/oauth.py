"""Signs calls without TLS by OAuth 1.0a, the only proof that WooCommerce takes there.

https://developer.woocommerce.com/docs/apis/rest-api/v3/authentication/ ("one-legged": there is no token).
"""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote


def signed(method: str, url: str, query: Mapping[str, str], key: str, secret: str, now: datetime) -> dict[str, str]:
    """Returns the parameters of a call with those that prove who makes it."""
    told = {
        **query,
        "oauth_consumer_key": key,
        "oauth_nonce": uuid.uuid4().hex,
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(now.timestamp())),
    }
    return {**told, "oauth_signature": signature(method, url, told, secret)}


def signature(method: str, url: str, told: Mapping[str, str], secret: str) -> str:
    """Signs method, address and all parameters, each written as RFC 5849 writes them."""
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in told.items())
    listed = "&".join(f"{name}={value}" for name, value in pairs)
    content = "&".join((method.upper(), _escaped(url), _escaped(listed)))
    return base64.b64encode(hmac.new(f"{secret}&".encode(), content.encode(), hashlib.sha256).digest()).decode()


def _escaped(value: str) -> str:
    return quote(value, safe="~")
