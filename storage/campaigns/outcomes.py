"""Reads what followed a campaign from the rows of others: receipts, answers, stops, orders, costs."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, distinct, exists, func, select, type_coerce

from core.shop.orders import OrderStatus
from storage.campaigns.campaigns import HELD_OUT
from storage.campaigns.tables import recipients
from storage.notices.notices import SENT
from storage.notices.tables import notices
from storage.people.tables import consents, conversations, messages
from storage.queues.tables import outbox, outbox_parts
from storage.shop.tables import orders


def receipts(conn: Connection, id_: str) -> dict[str, int]:
    """Counts its notices that were delivered, and those that were read; what was read was delivered too."""
    joined = notices.join(outbox, outbox.c.notification_id == notices.c.id)
    joined = joined.join(outbox_parts, outbox_parts.c.outbox_id == outbox.c.id)
    number = func.count(distinct(notices.c.id))
    mine = (notices.c.campaign_id == id_, outbox_parts.c.status.in_(("delivered", "read")))
    found = select(outbox_parts.c.status, number).select_from(joined).where(*mine).group_by(outbox_parts.c.status)
    counted = {row.status: row[1] for row in conn.execute(found)}
    read = counted.get("read", 0)
    return {"delivered": counted.get("delivered", 0) + read, "read": read}


def replies(conn: Connection, id_: str, within: timedelta) -> int:
    """Counts the customers who wrote so soon after they were told."""
    spoke = exists().where(
        conversations.c.customer_id == notices.c.customer_id,
        messages.c.conversation_id == conversations.c.id,
        messages.c.direction == "in",
        _is_after(messages.c.at, within),
    )
    return _count(conn, id_, spoke)


def stops(conn: Connection, id_: str, within: timedelta) -> int:
    """Counts the customers who took back their consent so soon after, at the address where they were told."""
    stopped = exists().where(
        outbox.c.notification_id == notices.c.id,
        consents.c.subject == outbox.c.value,
        consents.c.channel == outbox.c.channel,
        consents.c.granted.is_(False),
        _is_after(consents.c.at, within),
    )
    return _count(conn, id_, stopped)


def bought(conn: Connection, id_: str, since: datetime, until: datetime, *, held_out: bool) -> dict[str, Any]:
    """Adds up what recipients ordered in that time: those who were sent a message, or those who were held out.

    {"customers", "buyers", "orders", "total": by currency}.
    """
    who = _held_out(id_) if held_out else _sent(id_)
    counted = conn.scalar(select(func.count()).select_from(who.subquery())) or 0
    mine = (orders.c.customer_id.in_(who), orders.c.placed_at >= since, orders.c.placed_at < until)
    found = select(orders.c.customer_id, orders.c.currency, orders.c.total)
    buyers, number, total = set(), 0, dict[str, Decimal]()
    for customer_id, currency, amount in conn.execute(
        found.where(*mine, orders.c.status != OrderStatus.CANCELLED.value)
    ):
        buyers.add(customer_id)
        number += 1
        total[currency] = total.get(currency, Decimal(0)) + Decimal(amount)
    sums = {currency: str(amount) for currency, amount in sorted(total.items())}
    return {"customers": counted, "buyers": len(buyers), "orders": number, "total": sums}


def _sent(id_: str) -> Any:
    return select(notices.c.customer_id).where(notices.c.campaign_id == id_, notices.c.state == SENT)


def _held_out(id_: str) -> Any:
    return select(recipients.c.customer_id).where(recipients.c.campaign_id == id_, recipients.c.state == HELD_OUT)


def _is_after(at: Any, within: timedelta) -> ColumnElement[bool]:
    """Tells whether a moment came after the notice was sent, and not later than that."""
    moment, sent = type_coerce(at, BigInteger), type_coerce(notices.c.decided_at, BigInteger)
    return (moment > sent) & (moment <= sent + int(within.total_seconds() * 1_000_000))


def _count(conn: Connection, id_: str, condition: ColumnElement[bool]) -> int:
    mine = (notices.c.campaign_id == id_, notices.c.state == SENT, condition)
    return conn.scalar(select(func.count()).select_from(notices).where(*mine)) or 0
