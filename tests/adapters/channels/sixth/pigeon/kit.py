"""Builds a loft's accounts and endpoint from their settings."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from adapters.channels.pigeon.parse import CHANNEL, parse
from adapters.channels.pigeon.send import PigeonAccount
from adapters.channels.pigeon.settings import PATH, AccountSettings
from adapters.channels.pigeon.verify import verifier

from adapters.channels.spec import Site
from core.content.capabilities import load_capabilities, load_errors
from core.ports.channel import Kit
from core.ports.webhooks import Endpoint

_HERE = Path(__file__).parent


def build(accounts: Sequence[AccountSettings], site: Site) -> Kit:
    """Builds the lofts that speak and the one endpoint that listens for all of them; nothing without accounts.

    Files are not read: Pigeon carries none, so they go as links. Raises ConfigurationError when limits.yaml or
    errors.yaml cannot be read.
    """
    if not accounts:
        return Kit((), ())
    limits, errors = load_capabilities(_HERE / "limits.yaml"), load_errors(_HERE / "errors.yaml")
    speaking = tuple(PigeonAccount(each, site.api_url, limits, errors, site.http) for each in accounts)
    ours = frozenset(each.loft for each in accounts)
    endpoint = Endpoint(PATH, CHANNEL, verifier(accounts), partial(parse, ours))
    return Kit(speaking, (endpoint,))
