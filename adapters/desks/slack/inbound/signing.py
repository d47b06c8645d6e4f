"""Proof that an HTTP request is Slack's: HMAC over timestamp and raw body, five minutes' tolerance, several secrets."""

from collections.abc import Callable
from datetime import datetime

from slack_sdk.signature import Clock, SignatureVerifier


class SigningSecrets:
    """The secrets that are valid now. Without any, nothing is valid."""

    def __init__(self, secrets: tuple[str, ...], clock: Callable[[], datetime]) -> None:
        self._verifiers = [SignatureVerifier(secret, _VerifierClock(clock)) for secret in secrets]

    def valid(self, body: str, timestamp: str, signature: str) -> bool:
        """Whether `signature` is of one of the secrets over `timestamp` and `body`, and fresh."""
        try:
            return any(verifier.is_valid(body, timestamp, signature) for verifier in self._verifiers)
        # A timestamp that is no number or beyond all floats, a signature that is not ASCII.
        except (ValueError, OverflowError, TypeError):
            return False


class _VerifierClock(Clock):
    """Our clock in the form the verifier asks for."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()
