"""Builds the accounts and the endpoint of Facebook Messenger, by Meta's Graph API."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from adapters.channels.messenger.inbound.envelope import CHANNEL
from adapters.channels.messenger.inbound.parse import parse
from adapters.channels.messenger.inbound.verify import handshake_with, verify_with
from adapters.channels.messenger.outbound.send import MessengerAccount
from adapters.channels.messenger.settings import PATH, AccountSettings
from adapters.channels.spec import Site
from adapters.meta.graph import Graph, load_error_table
from core.content.capabilities import load_capabilities
from core.ports.channel import Kit
from core.ports.webhooks import Endpoint

_HERE = Path(__file__).parent


def build(accounts: Sequence[AccountSettings], site: Site) -> Kit:
    """Builds the accounts that send and the one endpoint that receives for all of them; nothing without accounts.

    `site`'s API address includes the version. Raises ConfigurationError when limits.yaml or errors.yaml cannot be read.
    """
    if not accounts:
        return Kit((), ())
    limits, errors = load_capabilities(_HERE / "limits.yaml"), load_error_table(_HERE / "errors.yaml")
    graphs = [Graph(site.http, site.api_url, each.access_token, errors) for each in accounts]
    speaking = tuple(
        MessengerAccount(each.page_id, limits, errors, graph, site.files)
        for each, graph in zip(accounts, graphs, strict=True)
    )
    ours = frozenset(each.page_id for each in accounts)
    endpoint = Endpoint(PATH, CHANNEL, verify_with(accounts), partial(parse, ours), handshake_with(accounts))
    return Kit(speaking, (endpoint,))
