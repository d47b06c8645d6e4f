"""Verifies that a webhook is from Pigeon: `X-Pigeon-Signature: sha256=<hex>`, an HMAC over the raw body."""

from collections.abc import Callable, Sequence

from adapters.channels.pigeon.settings import AccountSettings

from adapters.transport.signatures import require_sha256
from core.ports.webhooks import RawRequest

SIGNATURE = "x-pigeon-signature"


def verifier(accounts: Sequence[AccountSettings]) -> Callable[[RawRequest], None]:
    """Makes a check against every secret of every account: one path serves them all. It raises SignatureInvalid."""
    secrets = tuple(secret for account in accounts for secret in account.webhook_secrets if secret)

    def verify(request: RawRequest) -> None:
        require_sha256(request.headers.get(SIGNATURE), request.body, secrets)

    return verify
