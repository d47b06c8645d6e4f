"""Describes the shop that we are connected to."""

from urllib.parse import urlsplit

import msgspec

PATH = "/webhooks/woocommerce"


class WooSettings(msgspec.Struct, frozen=True):
    """One shop. Any of `secrets` verifies webhooks, the first signs those that we make; key and secret ask its API."""

    url: str  # https://shop.example, with the folder that WordPress lives in
    secrets: tuple[str, ...]
    key: str = ""
    secret: str = ""

    @property
    def name(self) -> str:
        """Names the shop: "woocommerce:shop.example"."""
        parts = urlsplit(self.url)
        return f"woocommerce:{parts.netloc.lower()}{parts.path}"

    @property
    def can_ask(self) -> bool:
        """Tells whether the REST API can be asked; without it webhooks are taken, and that is all."""
        return bool(self.key and self.secret)
