"""Keeps receipts that came before the answer to the call they are about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, select

from core.encoding import encode
from core.ids import new_id
from core.messages.inbound import Receipt, decode_event
from storage.engine.prepared import PreparedIn
from storage.queues.tables import outbox_parts, parked_receipts


def park(conn: Connection, receipt: Receipt, known_as: str, now: datetime) -> None:
    """Keeps the receipt until what came of its call is recorded; `known_as` is the provider's id, or our part's."""
    row = {
        "id": new_id(now),
        "channel": receipt.recipient.channel,
        "account": receipt.recipient.account,
        "provider_id": known_as,
        "payload": encode(receipt),
        "at": now,
    }
    conn.execute(parked_receipts.insert(), row)


def take_out(conn: Connection, ids: Sequence[tuple[str, str]]) -> list[Receipt]:
    """Takes out the receipts of these (channel, provider id or part id)."""
    if not ids:
        return []
    rows = _CLAIMED.rows(conn, {provider_id for _, provider_id in ids})
    found = {id_: payload for id_, channel, provider_id, payload in rows if (channel, provider_id) in ids}
    if found:
        conn.execute(delete(parked_receipts).where(parked_receipts.c.id.in_(found)))
    return [event for payload in found.values() if isinstance(event := decode_event(payload), Receipt)]


_CLAIMED = PreparedIn(
    lambda ids: (
        select(
            parked_receipts.c.id, parked_receipts.c.channel, parked_receipts.c.provider_id, parked_receipts.c.payload
        )
        .where(parked_receipts.c.provider_id.in_(ids))
        .order_by(parked_receipts.c.id)
    )
)


def late(conn: Connection, before: datetime) -> list[tuple[str, str]]:
    """Finds (channel, provider id) of receipts parked before then whose part is known by now."""
    known = exists().where(
        outbox_parts.c.channel == parked_receipts.c.channel,
        outbox_parts.c.account == parked_receipts.c.account,
        outbox_parts.c.provider_id == parked_receipts.c.provider_id,
    )
    found = select(parked_receipts.c.channel, parked_receipts.c.provider_id)
    return [(row.channel, row.provider_id) for row in conn.execute(found.where(parked_receipts.c.at < before, known))]


def forget(conn: Connection, before: datetime) -> int:
    """Drops receipts parked before then whose part never came: they are about messages that were not ours."""
    return conn.execute(delete(parked_receipts).where(parked_receipts.c.at < before)).rowcount
