"""Makes the shop on WooCommerce of the settings: its webhooks, the connection to it, what it can be asked for."""

from functools import partial

from adapters.shops.woocommerce.actions.actions import WooActions
from adapters.shops.woocommerce.connection import WooConnection
from adapters.shops.woocommerce.inbound.headers import is_ping, verify
from adapters.shops.woocommerce.inbound.parse import parse
from adapters.shops.woocommerce.settings import PATH, WooSettings
from bots.wiring.sources.source import EventSource, SourceKind, asking
from config.settings import Settings, reveal, reveal_all
from core.errors import ConfigurationError

WHERE = "WooCommerce > Settings > Advanced > REST API shows both once"
HOW = "a long word of your own, like `openssl rand -hex 32` makes"


def woocommerce_settings(settings: Settings) -> WooSettings | None:
    """Returns the shop; None where none is named. Raises ConfigurationError for half of one."""
    url, secrets = settings.woocommerce_url, reveal_all(settings.woocommerce_webhook_secret)
    key, secret = reveal(settings.woocommerce_key), reveal(settings.woocommerce_secret)
    if not url:
        if key or secret or secrets:
            raise ConfigurationError(
                "WOOCOMMERCE_URL: is missing beside the other WOOCOMMERCE_ settings; set it, like https://shop.example"
            )
        return None
    if bool(key) != bool(secret):
        missing, there = ("WOOCOMMERCE_SECRET", "WOOCOMMERCE_KEY") if key else ("WOOCOMMERCE_KEY", "WOOCOMMERCE_SECRET")
        raise ConfigurationError(f"{missing}: is missing beside {there}; {WHERE}")
    if not secrets:
        raise ConfigurationError(
            f"WOOCOMMERCE_WEBHOOK_SECRET: is missing beside WOOCOMMERCE_URL: the shop signs by it; set {HOW}"
        )
    return WooSettings(url=url, secrets=secrets, key=key, secret=secret)


def _events(settings: Settings) -> EventSource | None:
    shop = woocommerce_settings(settings)
    if shop is None:
        return None
    return EventSource(
        "woocommerce", PATH, partial(verify, secrets=shop.secrets), partial(parse, source=shop.name), is_ping
    )


KIND = SourceKind(
    "woocommerce",
    _events,
    asking(woocommerce_settings, WooConnection),
    asking(woocommerce_settings, WooActions),
    off="off; for a store on WooCommerce set WOOCOMMERCE_URL, WOOCOMMERCE_KEY, WOOCOMMERCE_SECRET and "
    "WOOCOMMERCE_WEBHOOK_SECRET",
    deaf="webhooks are taken; parcels, refunds and what an outage misses need WOOCOMMERCE_KEY and WOOCOMMERCE_SECRET",
    setting="WOOCOMMERCE_URL",
)
