"""Keeps who waits for a product, and what became of it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from core.shop.stock_alerts import AlertState, StockAlert
from storage.shop.tables import stock_alerts

_VARIANTS = msgspec.json.Decoder(tuple[str, ...])
_WAITS = stock_alerts.c.state == AlertState.WAITING.value

# Ends one, unless it has ended already.
END = update(stock_alerts).where(stock_alerts.c.id == bindparam("row"), _WAITS)
END = END.values(state=bindparam("state_"), ended_at=bindparam("at"))


def row(alert: StockAlert, customer_id: str) -> dict[str, Any]:
    """Makes the row of a wish."""
    return {
        "id": alert.id,
        "customer_id": customer_id,
        "conversation_id": alert.conversation_id,
        "product_id": alert.product_id,
        "variant_ids": msgspec.json.encode(alert.variant_ids).decode(),
        "state": AlertState.WAITING.value,
        "asked_at": alert.asked_at,
    }


def waiting(conn: Connection, id_: str) -> StockAlert | None:
    """Reads one that still waits."""
    return next(iter(_read(conn, stock_alerts.c.id == id_)), None)


def of_customer(conn: Connection, customer_id: str) -> list[StockAlert]:
    """Lists what a customer waits for, oldest first."""
    return _read(conn, stock_alerts.c.customer_id == customer_id)


def of_products(conn: Connection, product_ids: Collection[str], since: datetime) -> list[StockAlert]:
    """Lists who waits for these products and said so since then."""
    if not product_ids:
        return []
    return _read(conn, stock_alerts.c.product_id.in_(product_ids), stock_alerts.c.asked_at >= since)


def move(conn: Connection, was: str, now: str) -> None:
    """Lets what was wished for in one conversation be told in another."""
    conn.execute(update(stock_alerts).where(stock_alerts.c.conversation_id == was).values(conversation_id=now))


def forget(conn: Connection, conversations: Collection[str], now: datetime) -> None:
    """Ends what was wished for in these conversations: somebody else may read there now."""
    ended = {"state": AlertState.TAKEN_BACK.value, "ended_at": now}
    conn.execute(update(stock_alerts).where(_WAITS, stock_alerts.c.conversation_id.in_(conversations)).values(ended))


def _read(conn: Connection, *which: Any) -> list[StockAlert]:
    found = select(
        stock_alerts.c.id,
        stock_alerts.c.product_id,
        stock_alerts.c.variant_ids,
        stock_alerts.c.asked_at,
        stock_alerts.c.conversation_id,
    )
    return [
        StockAlert(id_, product, _VARIANTS.decode(variants), at, place)
        for id_, product, variants, at, place in conn.execute(found.where(_WAITS, *which).order_by(stock_alerts.c.id))
    ]
