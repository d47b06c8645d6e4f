"""Recognises, in what the store tells, the outcome of something that it was asked for and took (202, pending)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.shop.orders import Order, OrderStatus
from core.shop.returns import RefundRecord, ReturnRecord, ReturnState
from core.shop.shop_actions import PREFIX, ShopAction, ShopAnswer, ShopStatus
from core.shop.store_events import OrderEvent, RefundEvent, ReturnEvent, StoreEvent
from hub.hub import Hub
from hub.outgoing import results
from storage.outgoing import rows
from storage.outgoing.rows import Outgoing

Wanted = dict[str, Any]  # the data of a request
DONE, REFUSED = ShopAnswer(ShopStatus.DONE), ShopAnswer(ShopStatus.REFUSED)
_RETURN_SHOWS: dict[ReturnState, ShopAnswer | None] = {  # any other state means that there is a return
    ReturnState.REQUESTED: None,
    ReturnState.REFUSED: REFUSED,
    ReturnState.CANCELLED: REFUSED,
}


def settle(hub: Hub, conn: Connection, events: Sequence[StoreEvent], now: datetime) -> bool:
    """Ends the requests whose outcome these events show, and tells whether there are any: then their conversations
    have something to hear. Reads nothing where no request can be open."""
    numbers = {number for event in events if (number := _number(event))}
    if hub.outlets.shop is None or not numbers:
        return False
    open_now = rows.open_of(conn, numbers)
    before = len(open_now)
    for event in events:
        for request in [each for each in open_now if each.order_number == _number(event)]:
            answer = _shown(request, event, open_now)
            if answer is not None:
                results.settled(hub, conn, request, answer, now)
                open_now.remove(request)
    return len(open_now) < before


def _number(event: StoreEvent) -> str:
    match event:
        case OrderEvent():
            return event.order.number
        case ReturnEvent():
            return event.returned.order_number
        case RefundEvent():
            return event.refund.order_number
        case _:
            return ""


def _shown(request: Outgoing, event: StoreEvent, open_now: Sequence[Outgoing]) -> ShopAnswer | None:
    """Returns what an event shows of a request; None when it shows nothing."""
    action, wanted = ShopAction(request.type.removeprefix(PREFIX)), msgspec.json.decode(request.body)
    match event:
        case OrderEvent():
            check = _ORDER_SHOWS.get(action)
            return DONE if check and check(event.order, wanted) else None
        case RefundEvent():
            return DONE if action is ShopAction.ISSUE_REFUND and _is_this_much(event.refund, wanted) else None
        case ReturnEvent() if action is ShopAction.CREATE_RETURN and _is_it(request, wanted, event.returned, open_now):
            return _RETURN_SHOWS.get(event.returned.state, DONE)
        case _:
            return None


def _is_it(request: Outgoing, wanted: Wanted, returned: ReturnRecord, open_now: Sequence[Outgoing]) -> bool:
    """Tells whether a return is the one asked for: by the store's id, by ours, else by its lines where one is open."""
    own = wanted.get("return") or {}
    if returned.id in (request.remote_id, own.get("id")):
        return True
    of_order = [each for each in open_now if each.type == request.type and each.order_number == request.order_number]
    asked = sorted((str(line["line_id"]), int(line.get("quantity", 1))) for line in own.get("lines") or ())
    return len(of_order) == 1 and asked == sorted((line.line_id, line.quantity) for line in returned.lines)


def _is_this_much(refund: RefundRecord, wanted: Wanted) -> bool:
    """Tells whether as much was given back as was asked for; any amount, where none was named."""
    amount = (wanted.get("refund") or {}).get("amount")
    return amount is None or Decimal(str(amount)) == refund.amount


def _is_cancelled(order: Order, _wanted: Wanted) -> bool:
    return order.status in (OrderStatus.CANCELLED, OrderStatus.REFUNDED)


def _is_refunded(order: Order, _wanted: Wanted) -> bool:
    return order.status is OrderStatus.REFUNDED


def _goes_there(order: Order, wanted: Wanted) -> bool:
    address = wanted.get("address") or {}
    is_now = msgspec.structs.asdict(order.shipping)
    told = {name: value for name, value in address.items() if name in is_now and value}
    return bool(told) and all(_same(value, is_now[name]) for name, value in told.items())


def _has_items(order: Order, wanted: Wanted) -> bool:
    """Tells whether every line is as wished: so many of it, none of it (quantity 0), in that variant; what is new (no
    line) is there when some line has that variant."""
    return bool(wanted.get("items")) and all(_is_as_wished(order, each) for each in wanted["items"])


def _is_as_wished(order: Order, wished: Wanted) -> bool:
    quantity = wished.get("quantity")
    if not wished.get("line_id"):
        there = [line.quantity for line in order.lines if _same(wished.get("variant_id"), line.variant_id)]
        return sum(there) >= (quantity or 1)
    line = order.line(str(wished["line_id"]))
    if line is None:
        return quantity == 0
    if wished.get("variant_id") and not _same(wished["variant_id"], line.variant_id):
        return False
    return quantity is None or line.quantity == quantity


def _same(one: Any, other: Any) -> bool:
    return " ".join(str(one).split()).casefold() == " ".join(str(other).split()).casefold()


_ORDER_SHOWS: dict[ShopAction, Callable[[Order, Wanted], bool]] = {
    ShopAction.CANCEL: _is_cancelled,
    ShopAction.ISSUE_REFUND: _is_refunded,
    ShopAction.CHANGE_ADDRESS: _goes_there,
    ShopAction.CHANGE_ITEMS: _has_items,
}
