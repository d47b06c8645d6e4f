"""Asks the store's system for what was decided on a return: to make it, to send the money."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.ids import new_id
from core.shop.money import written
from core.shop.outgoing import stamp
from core.shop.return_sums import quote_of
from core.shop.shop_actions import EXPIRES_AFTER, PREFIX, ShopAction
from hub.hub import Hub
from storage.outgoing import rows
from storage.outgoing.rows import Outgoing
from storage.shop.filed_returns import Filed
from storage.shop.return_refunds import ReturnRefund

AGENT = "agent"  # who asks; the customer's own proof is not what it rests on
PAYING = {"refund": "original", "store_credit": "store_credit"}  # what ends in money, and how it goes back


def can(hub: Hub, action: ShopAction) -> bool:
    """Tells whether the store's system can be asked for it."""
    return action.value in hub.shop


def create(hub: Hub, conn: Connection, filed: Filed, now: datetime) -> None:
    """Asks it to make an approved return, by the id in `request`."""
    record, quote = filed.record, quote_of(filed.details)
    method = PAYING.get(record.resolution)
    money = None
    if quote and method:
        money = {"amount": written(quote.total, quote.currency), "currency": quote.currency, "method": method}
    photos = [hub.file_link(str(each)) for each in filed.details.get("photos") or ()]
    lines = [line.asked() for line in record.lines]
    wanted = {"id": record.id, "resolution": record.resolution, "refund": money, "photos": photos, "lines": lines}
    _ask(hub, conn, filed, ShopAction.CREATE_RETURN, filed.request, {"return": wanted}, now)


def refund(hub: Hub, conn: Connection, filed: Filed, money: ReturnRefund, now: datetime) -> None:
    """Asks it to send money, by the refund's own id."""
    told = {"amount": written(money.amount, money.currency), "currency": money.currency, "method": money.method}
    lines = [{"line_id": line.line_id, "quantity": line.quantity} for line in filed.record.lines]
    _ask(hub, conn, filed, ShopAction.ISSUE_REFUND, money.id, {"refund": {**told, "lines": lines}}, now)


def again(conn: Connection, key: str, now: datetime) -> bool:
    """Asks once more, under the same id, for what nobody took; false where it is under way, done or refused."""
    asked = rows.by_name(conn, key)
    return asked is not None and rows.repeat(conn, asked.id, now)


def standing(conn: Connection, key: str) -> Outgoing | None:
    """Reads how a request stands; None where nothing was asked."""
    return rows.by_name(conn, key) if key else None


def _ask(
    hub: Hub, conn: Connection, filed: Filed, action: ShopAction, key: str, wanted: dict[str, Any], now: datetime
) -> None:
    expires_at, number = now + EXPIRES_AFTER, filed.record.order_number
    head = {"id": key, "expires_at": stamp(expires_at), "order_number": number, "requested_by": AGENT, "proof": "none"}
    row = rows.row(
        new_id(now),
        key,
        rows.REQUEST,
        PREFIX + action.value,
        f"return/{filed.record.id}",
        {**head, **wanted},
        now,
        order_number=number[:255],
        customer_id=filed.customer_id or None,
        expires_at=expires_at,
    )
    rows.add(conn, hub.store, [row])
