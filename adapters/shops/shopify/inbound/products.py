"""Translates products and what is in stock of them.

https://shopify.dev/docs/api/admin-rest/latest/resources/product
"""

import re
from collections.abc import Sequence
from html import unescape

from adapters.shops.payloads.catalogue import MOST_VARIANTS, ProductPayload
from adapters.shops.shopify.inbound.headers import Envelope
from adapters.shops.shopify.inbound.values import id_of
from adapters.shops.values import Json, object_, objects, text
from core.shop.store_events import ProductEvent, StockLevelEvent, StoreEvent

_TAG = re.compile(r"<[^>]*>")
DESCRIPTION = 20_000
SOLD = "active"


def product(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates products/create and products/update; a draft, or what is in the archive, cannot be had."""
    options = sorted(objects(body.get("options")), key=lambda each: each.get("position") or 0)
    names = [text(each.get("name")) for each in options if text(each.get("name"))]
    names = [] if names == ["Title"] else names  # a product without variants
    is_sold = text(body.get("status")) in ("", SOLD)
    listed = objects(body.get("variants"))[:MOST_VARIANTS]
    payload = ProductPayload.model_validate(
        {
            "id": id_of(body.get("id")),
            "title": text(body.get("title")),
            "description": " ".join(unescape(_TAG.sub(" ", text(body.get("body_html")))).split())[:DESCRIPTION],
            "url": f"https://{envelope.shop}/products/{body['handle']}" if text(body.get("handle")) else None,
            "image": object_(body.get("image")).get("src"),
            "options": names or None,
            "variants": [_variant(each, names, is_sold=is_sold) for each in listed],
            "tags": [tag.strip() for tag in text(body.get("tags")).split(",") if tag.strip()][:100],
        }
    )
    source = f"shopify:{envelope.shop}"
    return [ProductEvent(external_id=envelope.id, source=source, at=envelope.at, product=payload.value())]


def deleted(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates products/delete: orders still name the product, but nothing of it can be had."""
    return [_level(envelope, id_of(body.get("id")), "", 0)]


def restocked(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates variants/in_stock."""
    counted = body.get("inventory_quantity")
    stock = counted if isinstance(counted, int) and counted > 0 else None
    return [_level(envelope, id_of(body.get("product_id")), id_of(body.get("id")), stock)]


def sold_out(envelope: Envelope, body: Json) -> Sequence[StoreEvent]:
    """Translates variants/out_of_stock."""
    return [_level(envelope, id_of(body.get("product_id")), id_of(body.get("id")), 0)]


def _level(envelope: Envelope, product_id: str, variant_id: str, stock: int | None) -> StoreEvent:
    return StockLevelEvent(
        external_id=envelope.id,
        source=f"shopify:{envelope.shop}",
        at=envelope.at,
        product_id=product_id,
        variant_id=variant_id,
        stock=stock,
    )


def _variant(told: Json, names: Sequence[str], *, is_sold: bool) -> Json:
    values = [text(told.get(f"option{place}")) for place in range(1, len(names) + 1)]
    stock = told.get("inventory_quantity")
    is_counted = told.get("inventory_management") == "shopify" and told.get("inventory_policy") != "continue"
    return {
        "id": id_of(told.get("id")),
        "sku": told.get("sku"),
        "options": dict(zip(names, values, strict=True)) or None,
        "price": told.get("price"),
        "stock": (stock if is_counted and isinstance(stock, int) else None) if is_sold else 0,
    }
