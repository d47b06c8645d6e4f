"""Verifies 17TRACK's signature: the header `sign` is the SHA-256 in hex of the raw bytes, a stroke and our key there.

It is no HMAC, and nothing says when it was made: what is sent again is known by what it says.
"""

import hashlib

from adapters.transport.signatures import require_secret
from core.ports.webhooks import RawRequest

PATH = "/webhooks/17track"


def verify(request: RawRequest, keys: tuple[str, ...]) -> None:
    """Accepts what one of `keys` signed. Raises SignatureInvalid."""
    signs = [hashlib.sha256(request.body + b"/" + key.encode()).hexdigest() for key in keys]
    require_secret(request.headers.get("sign", "").strip().lower(), signs)
