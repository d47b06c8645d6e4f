"""Checks who calls: Basic where TLS ends before us, OAuth 1.0a without TLS, and what the key may do."""

import base64
import hashlib
import hmac
from urllib.parse import quote

from aiohttp import web

from sandbox.platforms.woocommerce.errors import WooError

READING = ("GET", "HEAD", "OPTIONS")
AGE = 15 * 60  # seconds that a call by OAuth may be old


class Access:
    """Knows the shop's one key, and what it may do: read, write, read_write."""

    def __init__(self, key: str, secret: str) -> None:
        self._given = key
        self._secret = secret
        self.reset()

    def reset(self) -> None:
        """Lets the key do everything again."""
        self.permissions = "read_write"
        self._key = self._given
        self._nonces: set[str] = set()

    def require(self, request: web.Request, now: float) -> None:
        """Raises WooError for one who is nobody, or may not do this."""
        if request.headers.get("X-Forwarded-Proto") == "https":
            given = f"Basic {base64.b64encode(f'{self._key}:{self._secret}'.encode()).decode()}"
            if request.headers.get("Authorization") != given:
                raise WooError("woocommerce_rest_authentication_error")
        else:
            self._require_oauth(request, now)
        reads = request.method in READING
        if self.permissions == ("write" if reads else "read"):
            may = "read" if reads else "write"
            words = f"The API key provided does not have {may} permissions."
            raise WooError("woocommerce_rest_authentication_error", message=words)

    def revoke(self) -> None:
        """Forgets the key, as when somebody removes it."""
        self._key = ""

    def _require_oauth(self, request: web.Request, now: float) -> None:
        told = {name: value for name, value in request.query.items() if name != "oauth_signature"}
        if not self._key or told.get("oauth_consumer_key") != self._key:
            if not request.query.get("oauth_consumer_key"):
                raise WooError("woocommerce_rest_cannot_view")
            raise WooError("woocommerce_rest_authentication_error")
        pairs = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in told.items())
        listed = quote("&".join(f"{name}={value}" for name, value in pairs), safe="~")
        url = quote(f"{request.scheme}://{request.host}{request.path}", safe="~")
        content = f"{request.method}&{url}&{listed}".encode()
        digest = hmac.new(f"{self._secret}&".encode(), content, hashlib.sha256).digest()
        if not hmac.compare_digest(request.query.get("oauth_signature", ""), base64.b64encode(digest).decode()):
            words = "Invalid signature - provided signature does not match."
            raise WooError("woocommerce_rest_authentication_error", message=words)
        nonce, at = told.get("oauth_nonce", ""), float(told.get("oauth_timestamp") or 0)
        if nonce in self._nonces or abs(now - at) > AGE:
            words = "Invalid nonce - nonce has already been used."
            raise WooError("woocommerce_rest_authentication_error", message=words)
        self._nonces.add(nonce)
