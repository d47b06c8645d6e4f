"""Fetches what changed since a time: orders with refunds and parcels, products with their variations.

Everything is translated as webhooks are. https://developer.woocommerce.com/docs/apis/rest-api/v3/orders/
(`modified_after`, `dates_are_gmt`, `X-WP-TotalPages`).
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from adapters.shops.values import Json, digest, objects, text
from adapters.shops.woocommerce.inbound import parcels, products
from adapters.shops.woocommerce.inbound.headers import Envelope
from adapters.shops.woocommerce.inbound.orders import translated
from adapters.shops.woocommerce.inbound.refunds import refunded
from adapters.shops.woocommerce.inbound.values import changed_at, gmt, id_of, meta, moment
from adapters.shops.woocommerce.rest import tracking
from adapters.shops.woocommerce.rest.client import Rest
from core.shop.store_events import StoreEvent

PAGE = 50
SECOND = timedelta(seconds=1)
UNDER_WAY = timedelta(days=14)  # so long after it was placed an order's parcels are looked for
MOST_UNDER_WAY = 500
MOST_ASKED = 50  # orders whose parcels only a plugin's own address tells, of one look
NO_PARCELS = frozenset(("pending", "failed", "cancelled", "refunded", "checkout-draft", "trash"))
FIELDS = "id,number,status,date_modified_gmt,meta_data,line_items,shipping"


async def orders(
    rest: Rest, source: str, keepers: Sequence[tracking.Keeper], since: datetime, now: datetime
) -> list[StoreEvent]:
    """Fetches orders that changed since then, oldest change first, with what was paid back and sent of each.

    An order that cannot be read is left out: the others are news too. Raises SendError.
    """
    found: list[StoreEvent] = []
    async for order in _changed(rest, "orders", since, status="any"):
        state = f"changed:{id_of(order.get('id'))}:{digest(order)}"
        try:
            found += translated(Envelope(state, "order.updated", source), order, now)
        except ValidationError:
            continue
        if objects(order.get("refunds")):
            listed = [each async for each in rest.listed(f"orders/{id_of(order.get('id'))}/refunds", per_page=100)]
            found += refunded(source, order, listed, now)
        found += await tracking.of_order(rest, keepers, source, order, now, is_shown=True)
    return _once(found)


async def under_way(rest: Rest, source: str, keepers: Sequence[tracking.Keeper], now: datetime) -> list[StoreEvent]:
    """Fetches the parcels of orders that may get some: a plugin adds them without a change of the order's own time.

    Raises SendError.
    """
    if not keepers:
        return []
    asked: dict[str, Any] = {
        "after": now - UNDER_WAY,
        "dates_are_gmt": True,
        "status": "any",
        "orderby": "date",
        "order": "desc",
    }
    listed = rest.listed("orders", most=MOST_UNDER_WAY // 100, per_page=100, _fields=FIELDS, **asked)
    recent = [each async for each in listed if text(each.get("status")) not in NO_PARCELS]
    is_shown = any(parcels.TRACKED in meta(each) for each in recent) or not any(
        each in tracking.SPACES for each in keepers
    )
    found: list[StoreEvent] = []
    for order in recent if is_shown else recent[:MOST_ASKED]:
        found += await tracking.of_order(rest, keepers, source, order, now, is_shown=is_shown)
    return _once(found)


async def sold(rest: Rest, source: str, since: datetime, now: datetime) -> list[StoreEvent]:
    """Fetches products that changed since then, whole. Raises SendError."""
    found = []
    async for product in _changed(rest, "products", since):
        id_ = id_of(product.get("id"))
        variations: list[Json] = []
        if text(product.get("type")) in products.VARIABLE:
            listed = rest.listed(f"products/{id_}/variations", per_page=100, orderby="id", order="asc")
            variations = [each async for each in listed]
        envelope = Envelope(f"changed:product:{id_}:{digest([product, variations])}", "product.updated", source)
        try:
            found.append(products.whole(envelope, product, variations, changed_at(product, now)))
        except ValidationError:
            continue
    return found


async def _changed(rest: Rest, path: str, since: datetime, **query: str) -> AsyncIterator[Json]:
    """Lists what changed since then by the time of its change.

    While pages are read things change and move to the end, so the next page begins at the last time that was read, and
    not by its number; the same second is read again.
    """
    after, page, seen = since - SECOND, 1, set[tuple[str, str]]()
    while True:
        asked: dict[str, Any] = {
            "modified_after": after,
            "dates_are_gmt": True,
            "orderby": "modified",
            "order": "asc",
            **query,
        }
        reply = await rest.get(path, page=page, per_page=PAGE, **asked)
        last = after
        for each in reply.objects:
            changed = moment(gmt(each, "date_modified"))
            name = (id_of(each.get("id")), gmt(each, "date_modified") or "")
            last = max(last, changed or last)
            # A shop that is too old to know `modified_after` lists everything.
            if name not in seen and (changed is None or changed >= since - SECOND):
                seen.add(name)
                yield each
        if page >= reply.pages:
            return
        after, page = (last - SECOND, 1) if last - SECOND > after else (after, page + 1)


def _once(events: Sequence[StoreEvent]) -> list[StoreEvent]:
    """Keeps the first of events that two places told of."""
    return list({event.external_id: event for event in reversed(events)}.values())[::-1]
