"""Verifies that a request comes from the store: its API key, or a Standard Webhooks signature."""

import binascii
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from adapters.transport.signatures import require_secret
from core.errors import ConfigurationError, SignatureInvalid
from core.ports.webhooks import RawRequest

TOLERANCE = timedelta(minutes=5)


def verify(request: RawRequest, keys: Sequence[str], secrets: Sequence[str], now: datetime) -> None:
    """Accepts `Authorization: Bearer <one of keys>`, or `webhook-id`, `-timestamp`, `-signature` by one of `secrets`.

    With neither configured nothing is accepted. Raises SignatureInvalid; ConfigurationError for an unreadable secret.
    """
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        require_secret(key.strip(), keys)
    else:
        _require_webhook(request, secrets, now)


def _require_webhook(request: RawRequest, secrets: Sequence[str], now: datetime) -> None:
    """Verifies by Standard Webhooks: `v1,<base64>`, several separated by blanks, over `id.timestamp.body`.

    The library's own `verify` reads the clock, so only its `sign` is used.
    """
    message_id = request.headers.get("webhook-id", "")
    sent_at = _timestamp(request.headers.get("webhook-timestamp", ""))
    given = request.headers.get("webhook-signature", "").split()
    if not message_id or sent_at is None or not given:
        raise SignatureInvalid("expected a Bearer key, or webhook-id, webhook-timestamp and webhook-signature")
    if abs(now - sent_at) > TOLERANCE:
        raise SignatureInvalid("webhook-timestamp is more than five minutes off")
    try:
        body = request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise SignatureInvalid("the body is not UTF-8") from None
    expected = [_webhook(secret).sign(message_id, sent_at, body) for secret in secrets]
    _require_any(given, expected)


def _require_any(given: Sequence[str], expected: Sequence[str]) -> None:
    for signature in given[:10]:
        try:
            return require_secret(signature, expected)
        except SignatureInvalid:
            continue
    raise SignatureInvalid("webhook-signature is wrong")


def _timestamp(header: str) -> datetime | None:
    if not header.isascii() or not header.isdigit() or len(header) > 11:
        return None
    return datetime.fromtimestamp(int(header), tz=UTC)


def _webhook(secret: str) -> Webhook:
    try:
        return Webhook(secret)
    except (binascii.Error, EmptyWebhookSecretError) as error:
        raise ConfigurationError("STORE_WEBHOOK_SECRET: expected whsec_ and base64") from error
