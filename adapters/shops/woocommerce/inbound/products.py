"""Translates products and what is in stock of them. A product without variations is its own variant.

https://developer.woocommerce.com/docs/apis/rest-api/v3/products/
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adapters.shops.payloads.catalogue import MOST_VARIANTS, ProductPayload
from adapters.shops.values import Json, objects, text
from adapters.shops.woocommerce.inbound.headers import Envelope
from adapters.shops.woocommerce.inbound.values import changed_at, id_of, plain
from core.shop.store_events import ConnectionEvent, ProductEvent, StockLevelEvent, StoreEvent

DESCRIPTION = 20_000
VARIABLE, VARIATION = ("variable", "variable-subscription"), ("variation", "subscription_variation")
SOLD = ("publish", "")
GONE = "outofstock"


def product(envelope: Envelope, body: Json, received_at: datetime) -> Sequence[StoreEvent]:
    """Translates product.created, updated and restored. Of a variable one the variations are to be asked for; of a
    variation only what is in stock is told."""
    at, kind = changed_at(body, received_at), text(body.get("type"))
    if kind in VARIATION:
        return [_level(envelope, at, id_of(body.get("parent_id")), id_of(body.get("id")), _stock(body))]
    if kind in VARIABLE:
        asked = f"{envelope.id}:look"[:255]
        return [ConnectionEvent(external_id=asked, source=envelope.source, at=received_at, kind="look")]
    return [whole(envelope, body, (), at)]


def whole(envelope: Envelope, body: Json, variations: Sequence[Json], at: datetime) -> StoreEvent:
    """Translates a product with its variations, which are read by addresses of their own."""
    names = [plain(each.get("name")) for each in objects(body.get("attributes")) if each.get("variation")]
    is_sold = text(body.get("status")) in SOLD
    images = objects(body.get("images"))
    told = [_variant(each, is_sold=is_sold) for each in (variations or (body,))[:MOST_VARIANTS]]
    payload = ProductPayload.model_validate(
        {
            "id": id_of(body.get("id")),
            "title": plain(body.get("name")),
            "description": (plain(body.get("short_description")) or plain(body.get("description")))[:DESCRIPTION],
            "url": text(body.get("permalink")) or None,
            "image": text(images[0].get("src")) if images else None,
            "options": [name for name in names if name] or None,
            "variants": told,
            "tags": [name for each in objects(body.get("tags")) if (name := plain(each.get("name")))][:100],
        }
    )
    return ProductEvent(external_id=envelope.id, source=envelope.source, at=at, product=payload.value())


def deleted(envelope: Envelope, body: Json, received_at: datetime) -> Sequence[StoreEvent]:
    """Translates product.deleted: orders still name the product, but nothing of it can be had."""
    return [_level(envelope, received_at, id_of(body.get("id")), "", 0)] if id_of(body.get("id")) else []


def _level(envelope: Envelope, at: datetime, product_id: str, variant_id: str, stock: int | None) -> StoreEvent:
    return StockLevelEvent(
        external_id=envelope.id,
        source=envelope.source,
        at=at,
        product_id=product_id,
        variant_id=variant_id,
        stock=stock,
    )


def _variant(told: Json, *, is_sold: bool) -> Json:
    options = {plain(each.get("name")): plain(each.get("option")) for each in objects(told.get("attributes"))}
    is_there = is_sold and text(told.get("status")) in SOLD
    return {
        "id": id_of(told.get("id")),
        "sku": told.get("sku"),
        "options": {name: value for name, value in options.items() if name and value} or None,
        "price": text(told.get("price")) or None,
        "stock": _stock(told) if is_there else 0,
    }


def _stock(told: Json) -> int | None:
    """Reads how many there are; None where nobody counts, or more may be ordered than there are."""
    if text(told.get("stock_status")) == GONE:
        return 0
    counted: Any = told.get("stock_quantity")
    is_counted = told.get("manage_stock") in (True, "parent") and told.get("backorders") in (None, "no")
    return int(counted) if is_counted and isinstance(counted, int | float) and not isinstance(counted, bool) else None
