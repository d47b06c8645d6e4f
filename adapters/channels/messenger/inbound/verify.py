"""Proof that a webhook is Meta's, and the handshake by which Meta proves that we are we."""

from collections.abc import Callable, Sequence

from adapters.channels.messenger.settings import AccountSettings
from adapters.meta.webhooks import handshaker, verifier
from core.ports import HttpAnswer, RawRequest


def verify_with(accounts: Sequence[AccountSettings]) -> Callable[[RawRequest], None]:
    """A check against every secret of every account: one path serves them all. The check raises SignatureInvalid."""
    return verifier(secret for account in accounts for secret in account.app_secrets)


def handshake_with(accounts: Sequence[AccountSettings]) -> Callable[[RawRequest], HttpAnswer]:
    """The answer to GET, against the verify token of every account."""
    return handshaker(account.verify_token for account in accounts)
