"""Makes the shop at Shopify of the settings: its webhooks and the connection to it."""

from functools import partial

from adapters.shops.shopify.actions.port import ShopifyActions
from adapters.shops.shopify.connection import ShopifyConnection
from adapters.shops.shopify.inbound.headers import verify
from adapters.shops.shopify.inbound.parse import parse
from adapters.shops.shopify.settings import PATH, VERSION, ShopifySettings
from bots.wiring.sources.source import EventSource, SourceKind, asking
from config.settings import Settings, reveal, reveal_all
from core.errors import ConfigurationError

CLIENT_ID, CLIENT_SECRET = "SHOPIFY_CLIENT_ID", "SHOPIFY_CLIENT_SECRET"
WHERE = "Dev Dashboard > your app > Settings shows both"


def shopify_settings(settings: Settings) -> ShopifySettings | None:
    """Returns the shop; None where none is named. Raises ConfigurationError for half of one."""
    own = reveal_all(settings.shopify_client_secret)
    token = reveal(settings.shopify_access_token)
    secrets = reveal_all(settings.shopify_webhook_secret) or own
    if not settings.shopify_shop:
        if settings.shopify_client_id or own or token or secrets:
            raise ConfigurationError(
                "SHOPIFY_SHOP: is missing beside the other SHOPIFY_ settings; set it, like northwind.myshopify.com"
            )
        return None
    if settings.shopify_client_id and not own:
        raise ConfigurationError(f"{CLIENT_SECRET}: is missing beside {CLIENT_ID}; {WHERE}")
    if not secrets:
        raise ConfigurationError(f"{CLIENT_SECRET}: is missing beside SHOPIFY_SHOP: Shopify signs by it; {WHERE}")
    return ShopifySettings(
        shop=settings.shopify_shop,
        secrets=secrets,
        client_id=settings.shopify_client_id,
        client_secret=next(iter(own), ""),
        access_token=token,
        api_url=settings.shopify_api_url or f"https://{settings.shopify_shop}/admin/api/{VERSION}",
    )


def _events(settings: Settings) -> EventSource | None:
    shop = shopify_settings(settings)
    if shop is None:
        return None
    return EventSource("shopify", PATH, partial(verify, shop=shop.shop, secrets=shop.secrets), parse)


KIND = SourceKind(
    "shopify",
    _events,
    asking(shopify_settings, ShopifyConnection),
    asking(shopify_settings, ShopifyActions),
    off="off; for a store on Shopify set SHOPIFY_SHOP, SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET",
    deaf="webhooks are taken; what an outage misses is lost without SHOPIFY_CLIENT_ID or SHOPIFY_ACCESS_TOKEN",
    setting="SHOPIFY_SHOP",
)
