"""Pigeon: a made-up provider with signed JSON webhooks and a REST API, built as a real channel would be."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from adapters.transport.http import Http
from core.content.capabilities import load_capabilities, load_errors
from core.ports import Endpoint, Files, Kit
from tests.adapters.channels.sixth.pigeon.parse import CHANNEL, parse
from tests.adapters.channels.sixth.pigeon.send import PATH, PigeonAccount
from tests.adapters.channels.sixth.pigeon.settings import AccountSettings
from tests.adapters.channels.sixth.pigeon.verify import verifier

__all__ = ["PATH", "AccountSettings", "build"]

_HERE = Path(__file__).parent


def build(accounts: Sequence[AccountSettings], api_url: str, http: Http, _files: Files) -> Kit:
    """The lofts that speak and the one endpoint that listens for all of them; nothing without accounts.

    Files are not read: Pigeon carries none, so they go as links. Raises ConfigurationError when limits.yaml or
    errors.yaml cannot be read.
    """
    if not accounts:
        return Kit((), ())
    limits, errors = load_capabilities(_HERE / "limits.yaml"), load_errors(_HERE / "errors.yaml")
    speaking = tuple(PigeonAccount(each, api_url, limits, errors, http) for each in accounts)
    ours = frozenset(each.loft for each in accounts)
    endpoint = Endpoint(PATH, CHANNEL, verifier(accounts), partial(parse, ours))
    return Kit(speaking, (endpoint,))
