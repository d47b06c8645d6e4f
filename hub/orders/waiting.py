"""Lets flows go on that wait for news of an order or a return, and tells who waits for a product."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.shop.stock_alerts import AlertState, StockAlert
from core.shop.store_events import (
    OrderEvent,
    ProductEvent,
    RefundEvent,
    ReturnEvent,
    ShipmentEvent,
    StockLevelEvent,
    StoreEvent,
)
from flows.engine.events import External
from hub import reach
from hub.conversation.unasked.restocked import RESTOCKED
from hub.happenings import tell
from hub.hub import Hub
from hub.notices.lifecycle import register_all
from hub.notices.planning import News
from notifications.notice import Notice
from storage.conversations import conversations
from storage.notices import notices
from storage.queues import waits
from storage.shop import products, stock_alerts

STOCKED = (ProductEvent, StockLevelEvent)
ORDER, RETURN = "order.updated", "return.updated"
BACK_IN_STOCK = "back_in_stock"  # the kind of notice


def tell_waiting(hub: Hub, conn: Connection, events: Sequence[StoreEvent], now: datetime) -> bool:
    """Tells the conversations that wait for what these events are about; true when there are any."""
    news = {about: (value, event) for event in events for about, value in _news(event)}
    told = False
    for conversation, name, key in waits.conversations_awaiting(conn, news.keys()):
        value, event = news[name, key]
        once = f"{name}:{key}:{event.source}:{event.external_id}:{conversation}"
        told |= tell(hub, conn, conversation, External(name, key, value), once, now)
    return told | _tell_of_stock(hub, conn, [each for each in events if isinstance(each, STOCKED)], now)


def _tell_of_stock(hub: Hub, conn: Connection, events: Sequence[ProductEvent | StockLevelEvent], now: datetime) -> bool:
    """Tells the conversations in which somebody waits for one of these products; each wish is told of once."""
    news = {_product_id(event): event for event in events}
    since = now - timedelta(days=hub.policies.stock_alert_days)
    told = False
    for alert in stock_alerts.of_products(conn, news.keys(), since):
        event = news[alert.product_id]
        product = event.product if isinstance(event, ProductEvent) else products.by_id(conn, event.product_id)
        if product is not None and alert.is_met(product, now.date()):
            where = conversations.by_id(conn, alert.conversation_id)
            if where is not None and not reach.is_open(hub, where, now):
                _notify(hub, conn, alert, event, where.customer_id, now)
                continue
            once = f"{RESTOCKED}:{alert.id}:{event.source}:{event.external_id}"
            told |= tell(hub, conn, alert.conversation_id, External(RESTOCKED, alert.id), once, now)
    return told


def _notify(
    hub: Hub,
    conn: Connection,
    alert: StockAlert,
    event: ProductEvent | StockLevelEvent,
    customer_id: str,
    now: datetime,
) -> None:
    """Registers the notice; the wish ends with it, unless there is no way to tell it."""
    kind = hub.notices.kinds[BACK_IN_STOCK]
    notice = Notice(
        kind=BACK_IN_STOCK,
        key=f"{BACK_IN_STOCK}:{alert.id}:{event.external_id}",
        created_at=now,
        expires_at=now + kind.expires_after,
        data={"product": alert.product_id, "variants": list(alert.variant_ids)},
        subject_id=alert.id,
    )
    for id_ in register_all(hub, conn, [News(notice, customer_id)], now):
        row = notices.by_id(conn, id_)
        if row and row.state != notices.SKIPPED:
            conn.execute(stock_alerts.END, {"row": alert.id, "state_": AlertState.TOLD.value, "at": now})


def _product_id(event: ProductEvent | StockLevelEvent) -> str:
    return event.product.id if isinstance(event, ProductEvent) else event.product_id


def _news(event: StoreEvent) -> list[tuple[tuple[str, str], dict[str, Any]]]:
    """Lists what an event is news of, as (name, about), with what a flow reads of it."""
    if isinstance(event, OrderEvent):
        return [((ORDER, event.order.number), {"status": event.order.status.value})]
    if isinstance(event, ShipmentEvent):
        return [((ORDER, event.order_number), {"parcel": event.shipment.status.value})]
    if isinstance(event, RefundEvent):
        return [((ORDER, event.refund.order_number), {"refund": True})]
    if isinstance(event, ReturnEvent):
        known = msgspec.to_builtins(event.returned)
        value = {name: known.get(name) for name in ("state", "resolution", "order_number")}
        return [((RETURN, event.returned.id), value), ((ORDER, event.returned.order_number), {"return": value})]
    return []
