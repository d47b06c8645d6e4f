"""Verifies that a webhook is Meta's, and answers the handshake by which Meta proves that the address is ours."""

from collections.abc import Callable, Sequence

from adapters.channels.messenger.settings import AccountSettings
from adapters.meta.webhooks import handshaker, verifier
from core.ports.webhooks import HttpAnswer, RawRequest


def verify_with(accounts: Sequence[AccountSettings]) -> Callable[[RawRequest], None]:
    """Makes a check against every account's secrets: one path serves them all. The check raises SignatureInvalid."""
    return verifier(secret for account in accounts for secret in account.app_secrets)


def handshake_with(accounts: Sequence[AccountSettings]) -> Callable[[RawRequest], HttpAnswer]:
    """Makes the answer to GET, by the verify token of every account."""
    return handshaker(account.verify_token for account in accounts)
