"""Receipts that came before the answer to the call they speak of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from core.ids import new_id
from core.messages import Receipt, decode_event, encode
from storage.tables import parked_receipts


def park(conn: Connection, receipt: Receipt, now: datetime) -> None:
    """Keeps the receipt until its call has been recorded."""
    row = {
        "id": new_id(now),
        "channel": receipt.recipient.channel,
        "account": receipt.recipient.account,
        "provider_id": receipt.provider_id,
        "payload": encode(receipt),
        "at": now,
    }
    conn.execute(parked_receipts.insert(), row)


def claim(conn: Connection, ids: Sequence[tuple[str, str]]) -> list[Receipt]:
    """Takes out the receipts of these (channel, provider id)."""
    key = tuple_(parked_receipts.c.channel, parked_receipts.c.provider_id)
    found = conn.execute(select(parked_receipts.c.id, parked_receipts.c.payload).where(key.in_(list(ids)))).all()
    if found:
        conn.execute(delete(parked_receipts).where(parked_receipts.c.id.in_([row.id for row in found])))
    return [event for row in found if isinstance(event := decode_event(row.payload), Receipt)]


def forget(conn: Connection, before: datetime) -> int:
    """Drops receipts nobody claimed: they speak of messages that were not ours."""
    return conn.execute(delete(parked_receipts).where(parked_receipts.c.at < before)).rowcount
