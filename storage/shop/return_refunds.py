"""Keeps the money that was asked for here for returns: each once, and never more than is left of what was paid."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from core.shop.returns import RefundRecord
from storage.shop.returns import refunds_of
from storage.shop.tables import orders, return_refunds

WAITING, PROCESSING, SETTLED, FAILED = "waiting", "processing", "settled", "failed"
UNDER_WAY = (WAITING, PROCESSING)


class ReturnRefund(msgspec.Struct, frozen=True):
    """Holds a refund of a return. `asked_by` and `approved_by` are desk users; `id` makes it one at the store."""

    id: str
    return_id: str
    order_number: str
    state: str
    amount: Decimal
    currency: str
    method: str
    asked_by: str
    approved_by: str
    asked_at: datetime
    ended_at: datetime | None = None
    reason: str = ""


def add(conn: Connection, made: ReturnRefund) -> None:
    """Keeps a new one."""
    row = {**msgspec.structs.asdict(made), "amount": str(made.amount), "told": False}
    conn.execute(return_refunds.insert(), {**row, "approved_by": made.approved_by or None, "reason": None})


def by_id(conn: Connection, id_: str) -> ReturnRefund | None:
    """Reads one."""
    row = conn.execute(select(return_refunds).where(return_refunds.c.id == id_)).first()
    return _read(row) if row else None


def newest_of(conn: Connection, return_id: str) -> ReturnRefund | None:
    """Reads the newest one of a return."""
    found = select(return_refunds).where(return_refunds.c.return_id == return_id)
    row = conn.execute(found.order_by(return_refunds.c.id.desc()).limit(1)).first()
    return _read(row) if row else None


def change(conn: Connection, id_: str, states: Collection[str], **values: Any) -> bool:
    """Changes one that is in one of these states; false when it is not (any more)."""
    mine = (return_refunds.c.id == id_, return_refunds.c.state.in_(list(states)))
    return conn.execute(update(return_refunds).where(*mine).values(**values)).rowcount == 1


def told_of(conn: Connection, refund: RefundRecord) -> ReturnRefund | None:
    """Finds the one that a store tells of: the oldest of that sum that was asked for here and not told yet."""
    mine = (
        return_refunds.c.order_number == refund.order_number,
        return_refunds.c.told.is_(False),
        return_refunds.c.state != WAITING,
    )
    for row in conn.execute(select(return_refunds).where(*mine).order_by(return_refunds.c.id)):
        found = _read(row)
        if found.amount == refund.amount and refund.currency in ("", found.currency):
            return found
    return None


def left_of(conn: Connection, order_number: str, currency: str) -> Decimal:
    """Tells what of an order's money may still go back. Who books a refund holds the order (`filed_returns.hold`), so
    that two never see the same rest."""
    total = conn.scalar(select(orders.c.total).where(orders.c.number == order_number))
    if total is None:
        return Decimal(0)
    told = sum((each.amount for each in refunds_of(conn, order_number) if each.currency in ("", currency)), Decimal(0))
    waiting = select(return_refunds.c.amount).where(
        return_refunds.c.order_number == order_number, return_refunds.c.state.in_(UNDER_WAY)
    )
    return Decimal(total) - told - sum(map(Decimal, conn.scalars(waiting)), Decimal(0))


def _read(row: Row[Any]) -> ReturnRefund:
    return ReturnRefund(
        row.id,
        row.return_id,
        row.order_number,
        row.state,
        Decimal(row.amount),
        row.currency,
        row.method,
        row.asked_by,
        row.approved_by or "",
        row.asked_at,
        row.ended_at,
        row.reason or "",
    )
