"""Verifies AfterShip's signatures: base64 HMAC-SHA256 over the raw bytes, under the name that each product gives it.

https://www.aftership.com/docs/tracking/webhook/webhook-signature
"""

from adapters.transport.signatures import require_base64_sha256
from core.ports.webhooks import RawRequest

PATH = "/webhooks/aftership"
# Tracking; Returns and Warranty; Shipping, and organisations of before October 2022.
HEADERS = ("aftership-hmac-sha256", "as-signature-hmac-sha256", "am-webhook-signature")


def verify(request: RawRequest, secrets: tuple[str, ...]) -> None:
    """Accepts what one of `secrets` signed. Raises SignatureInvalid."""
    given = next((request.headers[name] for name in HEADERS if request.headers.get(name)), "")
    require_base64_sha256(given.strip().removeprefix("hmac-sha256="), request.body, secrets)
