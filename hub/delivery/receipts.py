"""The providers' word on what we sent: merged so that it only moves forward, and what it heals or breaks."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, exists, literal_column, or_, select, update

from core.messages import Receipt, ReceiptStatus, decode_event
from core.receipts import RANK, merge
from hub import metrics
from hub.accounts import incidents
from hub.delivery import follow_up, resend
from hub.hub import Hub
from storage.queues import inbox, outbox, parked_receipts
from storage.queues.inbox import Item
from storage.queues.tables import outbox as outbox_table
from storage.queues.tables import outbox_parts

if TYPE_CHECKING:
    from hub.delivery.prepare import Result

log = logging.getLogger(__name__)

# Locked while they are merged (PostgreSQL): receipts of one message may be in two workers' hands.
LATE = timedelta(seconds=2)
ARRIVED = (ReceiptStatus.DELIVERED, ReceiptStatus.READ)

_PART = select(
    outbox_parts.c.id,
    outbox_parts.c.outbox_id,
    outbox_parts.c.key,
    outbox_parts.c.channel,
    outbox_parts.c.account,
    outbox_parts.c.state,
    outbox_parts.c.status,
    outbox_parts.c.provider_id,
    outbox_parts.c.repeats,
)
_PART = _PART.order_by(outbox_parts.c.id).with_for_update()
# Written out, not bound: a partial index is used only when the statement itself says the status.
_NOT_READ = outbox_parts.c.status.in_([literal_column("'sent'"), literal_column("'delivered'")])
_SAVE = update(outbox_parts).where(outbox_parts.c.id == bindparam("row"))
_SAVE = _SAVE.values(
    status=bindparam("status_"),
    status_at=bindparam("at"),
    provider_id=bindparam("provider"),
    state=bindparam("state_"),
    code=bindparam("code_"),
)
_missing = exists().where(outbox_parts.c.outbox_id == outbox_table.c.id, outbox_parts.c.state != outbox.SENT)
_ARRIVED = update(outbox_table).where(outbox_table.c.id == bindparam("row"), outbox_table.c.state == outbox.FAILED)
_ARRIVED = _ARRIVED.where(~_missing).values(state=outbox.SENT, code=None)


def drain(hub: Hub, shard: int, limit: int) -> int:
    """Applies pending receipts of a shard; returns how many. They need no lease: applying one twice changes nothing."""
    with hub.store.read() as conn:
        items = inbox.pending(conn, inbox.RECEIPT, shard, limit)
    if not items:
        return 0
    try:
        _handle(hub, items)
    except Exception:
        log.exception("receipts failed and are applied one by one", extra={"shard": shard})
        for item in items:
            _alone(hub, item)
    hub.waker.outbox()
    return len(items)


def _handle(hub: Hub, items: Sequence[Item]) -> None:
    receipts = [event for item in items if isinstance(event := decode_event(item.payload), Receipt)]
    now = hub.now()
    with hub.store.write() as conn:
        apply(hub, conn, receipts, now, park=True)
        inbox.finish(conn, [item.id for item in items], now)


def _alone(hub: Hub, item: Item) -> None:
    try:
        _handle(hub, [item])
    except Exception:
        log.exception("a receipt failed", extra={"inbox_id": item.id})
        with hub.store.write() as conn:
            inbox.fail(conn, [item], "the receipt failed", hub.now())


def apply(hub: Hub, conn: Connection, receipts: Sequence[Receipt], now: datetime, *, park: bool) -> None:
    """Merges receipts into their parts. Those whose part is not known yet are parked."""
    by_part = _find(conn, receipts)
    changes: dict[str, Any] = {}
    merged: dict[str, tuple[ReceiptStatus, Receipt]] = {}
    for receipt in receipts:
        marks = bool(receipt.watermark) and not receipt.provider_id
        parts = _below(conn, receipt) if marks else by_part.get(_key(receipt), [])
        if park and not marks and _is_early(parts, receipt):
            parked_receipts.park(conn, receipt, now)
            continue
        for part in parts:
            if not _of_an_earlier_try(part, receipt):
                changes[part.id] = part
                _merge(merged, part, receipt)
    if not merged:
        return
    conn.execute(_SAVE, [_saved(changes[id_], *merged[id_]) for id_ in merged])
    for id_, (status, receipt) in sorted(merged.items(), key=lambda item: str(changes[item[0]].outbox_id)):
        _settle(hub, conn, changes[id_], status, receipt, now)
    working = {(changes[id_].channel, changes[id_].account) for id_, (status, _) in merged.items() if status in ARRIVED}
    if working:
        incidents.ended(hub, conn, working, now, late=True)


def settle_parked(hub: Hub, conn: Connection, results: "Sequence[Result]", now: datetime) -> None:
    """Applies receipts that were quicker than the answer to the call they speak of."""
    ids = [(r.job.posting.channel, r.sent.provider_id) for r in results if r.sent]
    if not ids:
        return
    found = parked_receipts.claim(conn, ids)
    if found:
        apply(hub, conn, found, now, park=False)


def settle_late(hub: Hub) -> int:
    """Applies parked receipts that slipped past the recording of their call: each saw the database before the other."""
    now = hub.now()
    with hub.store.read() as conn:
        ids = parked_receipts.late(conn, now - LATE)
    if ids:
        with hub.store.write() as conn:
            apply(hub, conn, parked_receipts.claim(conn, ids), now, park=False)
    return len(ids)


def _find(conn: Connection, receipts: Sequence[Receipt]) -> dict[tuple[str, str], list[Any]]:
    correlations = [r.correlation for r in receipts if r.correlation]
    provider_ids = [r.provider_id for r in receipts if r.provider_id]
    found = conn.execute(
        _PART.where(or_(outbox_parts.c.id.in_(correlations), outbox_parts.c.provider_id.in_(provider_ids)))
    ).all()
    parts: dict[tuple[str, str], list[Any]] = {}
    for part in found:
        parts[(part.channel, part.id)] = [part]
        if part.provider_id:
            parts[(part.channel, part.provider_id)] = [part]
    return {
        _key(r): parts.get((r.recipient.channel, r.correlation)) or parts.get((r.recipient.channel, r.provider_id), [])
        for r in receipts
    }


def _key(receipt: Receipt) -> tuple[str, str]:
    return (receipt.correlation, receipt.provider_id)


def _merge(merged: dict[str, tuple[ReceiptStatus, Receipt]], part: Any, receipt: Receipt) -> None:
    known = merged[part.id][0] if part.id in merged else ReceiptStatus(part.status or ReceiptStatus.QUEUED)
    status = merge(known, receipt.status)
    if part.id not in merged or status is not known:
        merged[part.id] = (status, receipt)


def _is_early(parts: Sequence[Any], receipt: Receipt) -> bool:
    """Whether the call it speaks of is not recorded: nobody knows the id yet, or a failure was quicker than the answer,
    which would undo what follows from it."""
    failed = receipt.status is ReceiptStatus.FAILED and bool(receipt.provider_id)
    return not parts or (failed and parts[0].state == outbox.SENDING)


def _of_an_earlier_try(part: Any, receipt: Receipt) -> bool:
    """Whether it says no more than what came of a call that has been, or will be, made again.

    That a message was delivered or read is final, whichever call brought it. That it was taken (`queued`, `sent`) or
    failed counts for the call itself only, or else a repeat that nobody has seen yet would be lost.
    """
    if receipt.status in ARRIVED:
        return False
    same = bool(receipt.provider_id) and receipt.provider_id == part.provider_id
    match part.state:
        case outbox.PENDING:  # after a failed call it is to be made again; after doubt the word ends the doubt
            return same or not part.repeats
        case outbox.SENDING | outbox.UNKNOWN:
            return same
        case _:
            return bool(receipt.provider_id and part.provider_id) and not same


def _below(conn: Connection, receipt: Receipt) -> list[Any]:
    """Everything sent to this address up to the watermark that is not further already."""
    behind = [s.value for s, rank in RANK.items() if rank < RANK[receipt.status] and s is not ReceiptStatus.FAILED]
    found = _PART.where(
        outbox_parts.c.key == receipt.recipient.key,
        _NOT_READ,
        outbox_parts.c.status.in_(behind),
        outbox_parts.c.started_at <= receipt.watermark,
    )
    return list(conn.execute(found).all())


def _saved(part: Any, status: ReceiptStatus, receipt: Receipt) -> dict[str, Any]:
    arrived = status is not ReceiptStatus.FAILED
    return {
        "row": part.id,
        "status_": status.value,
        "at": receipt.at,
        "provider": part.provider_id or receipt.provider_id or None,
        "state_": outbox.SENT if arrived else outbox.FAILED,
        "code_": None if arrived else receipt.code[:64],
    }


def _settle(hub: Hub, conn: Connection, part: Any, status: ReceiptStatus, receipt: Receipt, now: datetime) -> None:
    """The message's own state after a part's: in doubt no longer, or failed after all."""
    if status is ReceiptStatus.FAILED:
        if part.status == ReceiptStatus.FAILED.value:
            return
        code = receipt.code[:64]
        if resend.again(hub, conn, part, code, now):
            return
        changed = conn.execute(
            update(outbox_table)
            .where(outbox_table.c.id == part.outbox_id, outbox_table.c.state != outbox.FAILED)
            .values(state=outbox.FAILED, code=code, finished_at=now)
        )
        if changed.rowcount and (posting := outbox.by_id(conn, part.outbox_id)):
            follow_up.failed_by_receipt(hub, conn, posting, code, now)
        return
    if part.state in (outbox.UNKNOWN, outbox.PENDING):
        _heal(hub, conn, part, now)
    elif part.status == ReceiptStatus.FAILED.value:  # it arrived after all
        conn.execute(_ARRIVED, [{"row": part.outbox_id}])


def _heal(hub: Hub, conn: Connection, part: Any, now: datetime) -> None:
    """The receipt proves that the call got through: what is left of the message goes on."""
    left = conn.scalar(
        select(outbox_parts.c.id)
        .where(outbox_parts.c.outbox_id == part.outbox_id, outbox_parts.c.state.in_(outbox.OPEN))
        .limit(1)
    )
    state = outbox.PENDING if left else outbox.SENT
    ending = outbox.ending(part.outbox_id, state, now, finished=None if left else now)
    conn.execute(outbox.FINISH, [ending])
    metrics.ambiguous.labels(part.channel, "receipt").inc()
    if not left and (posting := outbox.by_id(conn, part.outbox_id)):
        follow_up.sent(hub, conn, posting, part.provider_id or "", now)
