"""Fetches everything that changed since a time; what the app may not see is left out, and is named by the status."""

from datetime import datetime

from adapters.shops.shopify.admin.access import installation
from adapters.shops.shopify.admin.client import Admin
from adapters.shops.shopify.catchup import orders, others
from core.shop.store_events import StoreEvent


async def changed(admin: Admin, shop: str, since: datetime) -> list[StoreEvent]:
    """Fetches orders with parcels, refunds and returns, then customers, then products. Raises SendError."""
    held = await installation(admin)
    found = await orders.changed(admin, shop, since, returns=held.holds("read_returns"))
    if held.holds("read_customers"):
        found += await others.customers(admin, shop, since)
    if held.holds("read_products"):
        found += await others.products(admin, shop, since)
    return found
