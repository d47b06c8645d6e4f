"""Compares secrets and HMACs; every secret is a tuple, so that two are valid while one replaces the other."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from core.errors import SignatureInvalid


def require_secret(given: str | None, secrets: Iterable[str]) -> None:
    """Raises SignatureInvalid unless `given` is one of `secrets`; takes the same time for each."""
    # A sum looks at all of them, whichever matches.
    if not given or not sum(hmac.compare_digest(given.encode(), secret.encode()) for secret in secrets):
        raise SignatureInvalid("the secret is missing or wrong")


def require_sha256(given: str | None, body: bytes, secrets: Iterable[str]) -> None:
    """Checks `sha256=<hex>`, an HMAC over the raw bytes by any of `secrets`. Raises SignatureInvalid."""
    expected = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in secrets]
    digest = (given or "").removeprefix("sha256=")
    if not sum(hmac.compare_digest(digest.encode(), each.encode()) for each in expected):
        raise SignatureInvalid("the signature is missing or wrong")


def require_base64_sha256(given: str | None, body: bytes, secrets: Iterable[str]) -> None:
    """Checks a base64 HMAC-SHA256 over the raw bytes by any of `secrets`. Raises SignatureInvalid."""
    digests = [hmac.new(secret.encode(), body, hashlib.sha256).digest() for secret in secrets]
    require_secret((given or "").strip(), [base64.b64encode(each).decode() for each in digests])
