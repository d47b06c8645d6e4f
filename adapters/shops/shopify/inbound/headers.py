"""Reads the headers of a webhook: `X-Shopify-…`, and `Shopify-…` as the next generation of events has them.

https://shopify.dev/docs/apps/build/webhooks/subscribe/https
"""

import hashlib
from datetime import datetime

import msgspec
from pydantic import TypeAdapter, ValidationError

from adapters.shops.fields import Moment
from adapters.transport.signatures import require_base64_sha256, require_secret
from core.errors import SignatureInvalid
from core.ports.webhooks import RawRequest

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
MOST = 200  # signs of an id


class Envelope(msgspec.Struct, frozen=True):
    """What the headers say: `id` of this event (a repeated delivery has the same), `shop` in small letters, `at` since
    when it is so."""

    id: str
    topic: str
    shop: str
    at: datetime


def verify(request: RawRequest, shop: str, secrets: tuple[str, ...]) -> None:
    """Accepts what one of `secrets` signed, raw bytes, for our shop. Raises SignatureInvalid.

    How old it is does not matter: what was repeated for hours is still news, and its id is known if it is none.
    """
    require_base64_sha256(_header(request, "hmac-sha256"), request.body, secrets)
    try:
        require_secret(_header(request, "shop-domain").lower(), (shop,))
    except SignatureInvalid:
        raise SignatureInvalid("the webhook is of another shop") from None


def envelope(request: RawRequest, received_at: datetime) -> Envelope:
    """Reads the headers of a verified webhook; one without an id is known by its bytes.

    It is never later than `received_at`: a clock that is ahead must not make the next news look old.
    """
    digest = hashlib.sha256(request.body).hexdigest()
    try:
        at = min(_MOMENT.validate_python(_header(request, "triggered-at")), received_at)
    except ValidationError:
        at = received_at
    topic = _header(request, "topic").lower()
    id_ = _header(request, "webhook-id")[:MOST] or digest
    return Envelope(f"{id_}:{topic}"[:255], topic, _header(request, "shop-domain").lower(), at)


def _header(request: RawRequest, name: str) -> str:
    for prefix in ("x-shopify-", "shopify-"):
        if value := request.headers.get(prefix + name, "").strip():
            return value
    return ""
