"""Fetches customers and products that changed since a time.

https://shopify.dev/docs/api/admin-graphql/latest/queries/customers and …/products.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import ValidationError

from adapters.shops.shopify.admin.client import Admin
from adapters.shops.shopify.admin.pages import pages
from adapters.shops.shopify.catchup import shapes
from adapters.shops.shopify.inbound.headers import Envelope
from adapters.shops.shopify.inbound.people import customer
from adapters.shops.shopify.inbound.products import product
from adapters.shops.shopify.inbound.values import id_of
from adapters.shops.values import Json, object_, text
from core.shop.store_events import StoreEvent

_ADDRESS = "{ firstName lastName name address1 address2 city zip provinceCode countryCodeV2 phone }"
_VARIANT = """id sku price inventoryQuantity inventoryPolicy selectedOptions { name value } inventoryItem { tracked }"""
CUSTOMERS = f"""query ChangedCustomers($query: String!, $after: String) {{
  customers(first: 50, after: $after, query: $query, sortKey: UPDATED_AT) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ id updatedAt firstName lastName defaultEmailAddress {{ emailAddress }}
      defaultPhoneNumber {{ phoneNumber smsMarketingConsent {{ state updatedAt }}
        whatsAppMarketingConsent {{ state updatedAt }} }}
      defaultAddress {_ADDRESS} addressesV2(first: 5) {{ nodes {_ADDRESS} }} }} }} }}"""
PRODUCTS = f"""query ChangedProducts($query: String!, $after: String) {{
  products(first: 3, after: $after, query: $query, sortKey: UPDATED_AT) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ id updatedAt title descriptionHtml handle status tags options(first: 3) {{ name position }}
      featuredMedia {{ preview {{ image {{ url }} }} }}
      variants(first: 75) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_VARIANT} }} }} }} }} }}"""
VARIANTS = f"""query Variants($id: ID!, $after: String) {{
  product(id: $id) {{ variants(first: 250, after: $after) {{
    pageInfo {{ hasNextPage endCursor }} nodes {{ {_VARIANT} }} }} }} }}"""


async def customers(admin: Admin, shop: str, since: datetime) -> list[StoreEvent]:
    """Fetches customers, oldest change first; one that cannot be read is left out. Raises SendError."""
    found: list[StoreEvent] = []
    async for node in pages(admin, CUSTOMERS, "customers", query=_since(since)):
        found += _events(node, "customers/update", shop, customer, shapes.customer(node))
    return found


async def products(admin: Admin, shop: str, since: datetime) -> list[StoreEvent]:
    """Fetches products with all their variants, likewise. Raises SendError."""
    found: list[StoreEvent] = []
    async for node in pages(admin, PRODUCTS, "products", query=_since(since)):
        whole = node
        if object_(object_(node.get("variants")).get("pageInfo")).get("hasNextPage"):
            every = [each async for each in pages(admin, VARIANTS, "product", "variants", id=node.get("id"))]
            whole = {**node, "variants": {"nodes": every}}
        found += _events(whole, "products/update", shop, product, shapes.product(whole))
    return found


def _since(since: datetime) -> str:
    return f"updated_at:>='{since.isoformat()}'"


def _events(
    node: Json, topic: str, shop: str, translate: Callable[[Envelope, Json], Sequence[StoreEvent]], body: Json
) -> Sequence[StoreEvent]:
    """Translates one; its id names this very state of it."""
    changed_at = text(node.get("updatedAt"))
    try:
        at = datetime.fromisoformat(changed_at)
        return translate(Envelope(f"changed:{id_of(node.get('id'))}:{changed_at}", topic, shop, at), body)
    except (ValueError, ValidationError):
        return []
