"""Lets flows go on that wait for news of an order or a return."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.shop.store_events import OrderEvent, ProductEvent, RefundEvent, ReturnEvent, ShipmentEvent, StoreEvent
from flows.engine.events import External
from hub.happenings import tell
from hub.hub import Hub
from storage.queues import waits

ORDER, RETURN, RESTOCKED = "order.updated", "return.updated", "product.restocked"


def tell_waiting(hub: Hub, conn: Connection, events: Sequence[StoreEvent], now: datetime) -> bool:
    """Tells the conversations that wait for what these events are about; true when there are any."""
    news = {about: (value, event) for event in events for about, value in _news(event)}
    told = False
    for conversation, name, key in waits.conversations_awaiting(conn, news.keys()):
        value, event = news[name, key]
        once = f"{name}:{key}:{event.source}:{event.external_id}:{conversation}"
        told |= tell(hub, conn, conversation, External(name, key, value), once, now)
    return told


def _news(event: StoreEvent) -> list[tuple[tuple[str, str], dict[str, Any]]]:
    """Lists what an event is news of, as (name, about), with what a flow reads of it."""
    if isinstance(event, OrderEvent):
        return [((ORDER, event.order.number), {"status": event.order.status.value})]
    if isinstance(event, ShipmentEvent):
        return [((ORDER, event.order_number), {"parcel": event.shipment.status.value})]
    if isinstance(event, ProductEvent):
        there = [each.id for each in event.product.variants if each.is_there(event.at.date())]
        return [((RESTOCKED, id_), {"product": event.product.id}) for id_ in there]
    if isinstance(event, RefundEvent):
        return [((ORDER, event.refund.order_number), {"refund": True})]
    if isinstance(event, ReturnEvent):
        known = msgspec.to_builtins(event.returned)
        value = {name: known.get(name) for name in ("state", "resolution", "order_number")}
        return [((RETURN, event.returned.id), value), ((ORDER, event.returned.order_number), {"return": value})]
    return []
