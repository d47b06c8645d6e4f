"""Verifies EasyPost's signature: `X-Hmac-Signature: hmac-sha256-hex=…` over the raw bytes, by the secret in form NFKD.

https://docs.easypost.com/guides/webhooks-guide
"""

import unicodedata

from adapters.transport.signatures import require_sha256
from core.ports.webhooks import RawRequest

PATH = "/webhooks/easypost"


def verify(request: RawRequest, secrets: tuple[str, ...]) -> None:
    """Accepts what one of `secrets` signed. Raises SignatureInvalid."""
    given = request.headers.get("x-hmac-signature", "").strip().removeprefix("hmac-sha256-hex=")
    require_sha256(given, request.body, [unicodedata.normalize("NFKD", each) for each in secrets])
