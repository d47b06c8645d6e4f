"""Proof that an HTTP request is Slack's: HMAC over timestamp and raw body, five minutes' tolerance, several secrets."""

from collections.abc import Callable
from datetime import datetime

from slack_bolt import BoltRequest, BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier


def signature_required(
    secrets: tuple[str, ...], clock: Callable[[], datetime]
) -> Callable[[BoltRequest, Callable[[], BoltResponse]], BoltResponse]:
    """A Bolt middleware in place of Bolt's own check, which knows one secret and logs the body of what it refuses.

    Fails closed: without a secret nothing passes. Socket Mode passes: there the connection itself is the proof.
    """
    verifiers = [SignatureVerifier(secret, _VerifierClock(clock)) for secret in secrets]

    def verify(request: BoltRequest, next: Callable[[], BoltResponse]) -> BoltResponse:
        if request.mode == "socket_mode" or any(_signed(request, verifier) for verifier in verifiers):
            return next()
        return BoltResponse(status=401, body="invalid signature")

    return verify


def _signed(request: BoltRequest, verifier: SignatureVerifier) -> bool:
    timestamp = request.headers.get("x-slack-request-timestamp", [""])[0]
    signature = request.headers.get("x-slack-signature", [""])[0]
    try:
        return verifier.is_valid(request.raw_body, timestamp, signature)
    except (ValueError, TypeError):  # a timestamp that is no number, a signature that is not ASCII
        return False


class _VerifierClock(Clock):
    """Our clock in the form the verifier asks for."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()
