"""Builds the channels that are switched on from their settings; loads only their SDKs."""

from collections.abc import Mapping

from adapters.channels import registry
from adapters.channels.spec import Site
from adapters.transport.http import Http
from config.settings import Settings
from core.accounts import Account
from core.ports.channel import Kit
from core.ports.files import Files


def build_channels(settings: Settings, listed: Mapping[str, list[Account]], http: Http, files: Files) -> Kit:
    """Builds every account that sends and every endpoint that receives. Raises ConfigurationError.

    `files` are the media that accounts send.
    """
    kits = [
        registry.build(spec, listed[spec.name], Site(settings.value(spec.api_url.name), http, files, settings.base_url))
        for spec in registry.specs()
        if listed[spec.name]
    ]
    return Kit(
        tuple(account for kit in kits for account in kit.accounts),
        tuple(endpoint for kit in kits for endpoint in kit.endpoints),
    )
