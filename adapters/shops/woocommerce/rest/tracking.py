"""Finds out who keeps parcels in this shop (the core's fulfilments, a plugin), and asks there.

https://developer.woocommerce.com/docs/apis/rest-api/v3/order-fulfillments/ is there only where the shop switched it on.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from adapters.shops.values import Json, text, texts
from adapters.shops.woocommerce.inbound import parcels
from adapters.shops.woocommerce.inbound.values import id_of, meta
from adapters.shops.woocommerce.rest.client import CORE, NO_ROUTE, Rest
from core.errors import Outcome, SendError
from core.ports.channel import Finding
from core.shop.store_events import ShipmentEvent


class Keeper(StrEnum):
    """Who keeps parcels."""

    CORE = "fulfillments of WooCommerce"
    AST = "Advanced Shipment Tracking"
    SHIPMENT_TRACKING = "Shipment Tracking"


SPACES = {Keeper.AST: "wc-ast/v3", Keeper.SHIPMENT_TRACKING: "wc-shipment-tracking/v3"}
UNSENT = ("", "unfulfilled", "no_fulfillments")
_NOBODY = "0"  # an order that no shop has


async def probe(rest: Rest) -> tuple[Keeper, ...]:
    """Finds who keeps parcels here. Raises SendError."""
    found = []
    try:
        await rest.get(f"orders/{_NOBODY}/fulfillments")
        found.append(Keeper.CORE)
    except SendError as error:
        if error.code != NO_ROUTE:
            if error.outcome is not Outcome.CONTENT_REJECTED:
                raise
            found.append(Keeper.CORE)  # it looked for the order
    index = await rest.get("", space="", _fields="namespaces")
    spaces = texts(index.object.get("namespaces"))
    # Advanced Shipment Tracking answers at the other plugin's address too.
    plugin = next((keeper for keeper, space in SPACES.items() if space in spaces), None)
    return (*found, plugin) if plugin else tuple(found)


def finding(keepers: Sequence[Keeper]) -> Finding:
    """Says who keeps parcels, or that nobody does."""
    if keepers:
        return Finding("tracking", True, ", ".join(each.value for each in keepers))
    todo = "without a tracking plugin or fulfillments customers do not hear that a parcel left"
    return Finding("tracking", True, "nobody keeps tracking numbers in this shop", todo=todo)


async def of_order(
    rest: Rest, keepers: Sequence[Keeper], source: str, order: Json, now: datetime, *, is_shown: bool
) -> list[ShipmentEvent]:
    """Asks for an order's parcels, where its metadata say that there are some, or show none at all (`is_shown`).

    Raises SendError.
    """
    known, found = meta(order), list(parcels.told_with(source, order, now))
    path = f"orders/{id_of(order.get('id'))}"
    if Keeper.CORE in keepers and text(known.get(parcels.FULFILLED_BY_CORE)) not in UNSENT:
        reply = await rest.get(f"{path}/fulfillments", space=CORE)
        found += parcels.fulfilled(source, order, reply.objects, now)
    plugin = next((each for each in keepers if each in SPACES), None)
    if plugin and not is_shown:
        reply = await rest.get(f"{path}/shipment-trackings", space=SPACES[plugin])
        found += parcels.told_by(source, order, reply.objects, now)
    return found
