"""Checks the signature of Meta's webhooks, and answers the handshake by which an address is registered."""

from collections.abc import Callable, Iterable

from adapters.transport.signatures import require_secret, require_sha256
from core.errors import SignatureInvalid
from core.ports.webhooks import HttpAnswer, RawRequest

SIGNATURE = "x-hub-signature-256"


def verifier(secrets: Iterable[str]) -> Callable[[RawRequest], None]:
    """Makes a check of `X-Hub-Signature-256` over the raw body against each secret. It raises SignatureInvalid."""
    kept = tuple(secret for secret in secrets if secret)  # an empty secret would let everybody sign

    def verify(request: RawRequest) -> None:
        require_sha256(request.headers.get(SIGNATURE), request.body, kept)

    return verify


def handshaker(tokens: Iterable[str]) -> Callable[[RawRequest], HttpAnswer]:
    """Makes the answer to Meta's GET: the challenge when the verify token is ours, else 403."""
    kept = tuple(token for token in tokens if token)

    def handshake(request: RawRequest) -> HttpAnswer:
        try:
            require_secret(request.query.get("hub.verify_token"), kept)
        except SignatureInvalid:
            return HttpAnswer(403, "wrong verify token")
        if request.query.get("hub.mode") != "subscribe":
            return HttpAnswer(403, "wrong mode")
        return HttpAnswer(200, request.query.get("hub.challenge", ""))

    return handshake
