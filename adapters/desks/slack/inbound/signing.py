"""Verifies that an HTTP request is Slack's: HMAC over timestamp and raw body, ± five minutes, several secrets."""

from collections.abc import Callable
from datetime import datetime

from slack_sdk.signature import Clock, SignatureVerifier


class SigningSecrets:
    """Verifies by the secrets that are valid now. Without a secret, no signature is valid."""

    def __init__(self, secrets: tuple[str, ...], clock: Callable[[], datetime]) -> None:
        self._verifiers = [SignatureVerifier(secret, _VerifierClock(clock)) for secret in secrets]

    def valid(self, body: str, timestamp: str, signature: str) -> bool:
        """Tells whether `signature` is one of the secrets' over `timestamp` and `body`, and `timestamp` is fresh."""
        try:
            return any(verifier.is_valid(body, timestamp, signature) for verifier in self._verifiers)
        # A timestamp that is no number or beyond all floats, a signature that is not ASCII.
        except (ValueError, OverflowError, TypeError):
            return False


class _VerifierClock(Clock):
    """Adapts our clock to the one that the SDK's verifier asks for."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()
