"""Asks what our app may do at the shop.

https://shopify.dev/docs/api/usage/access-scopes; each mutation names its scope in the reference of the Admin API.
"""

from collections.abc import Mapping

import msgspec

from adapters.shops.shopify.admin.client import Admin
from adapters.shops.values import object_, objects, text
from core.shop.shop_actions import ShopAction

HOW = "release it, and let the shop accept it"
ACTION_SCOPES: Mapping[str, str] = {
    ShopAction.CANCEL: "write_orders",
    ShopAction.CHANGE_ADDRESS: "write_orders",
    ShopAction.CHANGE_ITEMS: "write_order_edits",
    ShopAction.CREATE_RETURN: "write_returns",
    ShopAction.ISSUE_REFUND: "write_orders",
}
INSTALLATION = """query Installation {
  shop { name myshopifyDomain } currentAppInstallation { accessScopes { handle } } }"""


class Installation(msgspec.Struct, frozen=True):
    """Our app at a shop: the shop's name for people, its own name at Shopify, the scopes that it granted."""

    shop: str
    domain: str
    scopes: frozenset[str]

    def holds(self, scope: str) -> bool:
        """Tells whether it granted that; who may write may read."""
        return bool(self.scopes & {scope, scope.replace("read_", "write_")})


async def installation(admin: Admin) -> Installation:
    """Asks for it. Raises SendError."""
    said = await admin.ask(INSTALLATION)
    shop = object_(said.get("shop"))
    granted = objects(object_(said.get("currentAppInstallation")).get("accessScopes"))
    return Installation(
        text(shop.get("name")),
        text(shop.get("myshopifyDomain")),
        frozenset(text(each.get("handle")) for each in granted),
    )
