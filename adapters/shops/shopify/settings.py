"""Describes the shop that we are connected to."""

import msgspec

PATH = "/webhooks/shopify"
VERSION = "2026-10"  # of the Admin API; payloads of webhooks have the version of their subscription


class ShopifySettings(msgspec.Struct, frozen=True):
    """One shop. Any of `secrets` verifies webhooks; a token comes by client id and secret, or is given."""

    shop: str  # name.myshopify.com
    secrets: tuple[str, ...]
    client_id: str = ""
    client_secret: str = ""
    access_token: str = ""
    api_url: str = ""  # ends in the version

    @property
    def can_ask(self) -> bool:
        """Tells whether the Admin API can be asked; without it webhooks are taken, and that is all."""
        return bool(self.access_token or (self.client_id and self.client_secret))
