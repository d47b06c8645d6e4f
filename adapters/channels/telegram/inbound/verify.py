"""Verifies that a webhook is from Telegram: the secret that was given to setWebhook comes back in a header."""

from collections.abc import Callable

from adapters.transport.signatures import require_secret
from core.ports.webhooks import RawRequest

HEADER = "x-telegram-bot-api-secret-token"


def verifier(secrets: tuple[str, ...]) -> Callable[[RawRequest], None]:
    """Makes a check that raises SignatureInvalid unless the header is one of `secrets`."""

    def verify(raw: RawRequest) -> None:
        require_secret(raw.headers.get(HEADER), secrets)

    return verify
