"""Applies the providers' receipts for what we sent, so that each message only moves forward."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from core.encoding import encode
from core.messages.inbound import Receipt, ReceiptStatus, decode_event
from core.messages.receipts import ARRIVED, PartState
from hub import metrics
from hub.accounts import incidents, template_incidents
from hub.delivery.outcomes import charges, follow_up, matching, resend
from hub.delivery.outcomes.matching import Change
from hub.desk.replying import marks
from hub.hub import Hub
from hub.lanes import Claimed, Failed, Handled
from hub.shards import ShardLease
from storage.accounts import incidents as incidents_kept
from storage.queues import inbox, outbox, outcomes, parked_receipts, parts, pending
from storage.queues.parts import KnownPart
from storage.queues.pending import Item, Look

if TYPE_CHECKING:
    from hub.delivery.job import Result

log = logging.getLogger(__name__)

LATE = timedelta(seconds=2)
GROUP = 200
_LOOK = Look({inbox.RECEIPT: GROUP})


def handle(hub: Hub, _lease: ShardLease, claimed: Claimed) -> Handled:
    """Applies a group of receipts. They need no lease: applying one twice changes nothing."""
    return Handled(_applied(hub, [item for items in claimed.values() for item in items]))


def drain_all(hub: Hub) -> None:
    """Applies every receipt that is pending anywhere."""
    while True:
        with hub.store.read() as conn:
            items = _LOOK.take(conn, range(hub.shards), hub.now()).get(inbox.RECEIPT, [])
        _applied(hub, items)
        if len(items) < GROUP:
            return


def _applied(hub: Hub, items: Sequence[Item]) -> dict[str, Failed]:
    """Applies them in one transaction; when that fails, each by itself. Returns those that failed, by key."""
    try:
        _apply_together(hub, items)
    except Exception:
        log.exception("receipts failed and are applied one by one")
        return {item.key: Failed([item]) for item in items if not _applied_alone(hub, item)}
    return {}


def _applied_alone(hub: Hub, item: Item) -> bool:
    try:
        _apply_together(hub, [item])
    except Exception:
        log.exception("a receipt failed", extra={"inbox_id": item.id})
        return False
    return True


def _apply_together(hub: Hub, items: Sequence[Item]) -> None:
    in_order = sorted(items, key=lambda item: item.id)
    read = [(item.id, event) for item in in_order if isinstance(event := decode_event(item.payload), Receipt)]
    now = hub.now()
    with hub.store.write() as conn:
        strange = apply(hub, conn, [receipt for _, receipt in read], now, park=True)
        said = {id_: receipt.echo for id_, receipt in read if receipt in strange and receipt.echo}
        for id_, echo in said.items():
            pending.become(conn, id_, inbox.CONVERSATION, echo.sender.key, encode(echo), hub.shards)
        pending.finish_without_lease(conn, [item.id for item in in_order if item.id not in said], now)
    if said:
        hub.waker.shards(range(hub.shards))


def apply(hub: Hub, conn: Connection, receipts: Sequence[Receipt], now: datetime, *, park: bool) -> list[Receipt]:
    """Merges receipts into their parts, which are locked meanwhile: those of one message may be in two workers' hands.

    With `park`, a receipt whose part is not known yet, or whose call is not recorded, is kept for later. Returns the
    echoes that are not ours after all: a part is there before its call.
    """
    by_id = matching.find(conn, receipts)
    strange = [receipt for receipt in receipts if receipt.echo and not matching.concerned(by_id, receipt)]
    ours = [receipt for receipt in receipts if receipt not in strange] if strange else receipts
    charged = [charges.Charged(part, r, r.charge) for r in ours if r.charge for part in matching.concerned(by_id, r)]
    charges.book(hub, conn, charged, now)
    changes = matching.changes(conn, by_id, ours, now, park=park)
    if changes:
        _carry_out(hub, conn, changes, now)
    return strange


def _carry_out(hub: Hub, conn: Connection, changes: Sequence[Change], now: datetime) -> None:
    """Writes what is known of these parts now, and does what follows."""
    parts.save(conn, [matching.saved(change) for change in changes])
    in_order = sorted(changes, key=lambda change: change.part.outbox_id)
    for change in in_order:
        _tell(hub, conn, change, now)
    moved = [change for change in in_order if change.part.state != change.known.state]
    # The failure of these was reported, and perhaps another way taken, before they arrived: only the row changes.
    after_all = {change.part.outbox_id for change in moved if change.part.state == PartState.FAILED}
    outcomes.settle(conn, after_all, now)
    follow_up.settle(hub, conn, {change.part.outbox_id for change in moved} - after_all, now)
    for id_ in sorted({change.part.outbox_id for change in in_order if change.part.origin}):
        marks.show_delivery(hub, conn, id_, now)
    working = {(c.part.channel, c.part.account) for c in in_order if c.known.status in ARRIVED}
    if working:
        _works(hub, conn, working, [c.part.outbox_id for c in in_order if c.known.status in ARRIVED], now)


def _works(hub: Hub, conn: Connection, working: Collection[tuple[str, str]], ids: Sequence[str], now: datetime) -> None:
    """Ends what only receipts told: messages of these accounts arrive again, perhaps by a template that did not."""
    late = [each for each in incidents_kept.open_keys(conn) if each.late and (each.channel, each.account) in working]
    accounts = {(each.channel, each.account) for each in late if not each.template}
    if accounts:
        incidents.ended(hub, conn, accounts, now, late=True)
    if len(late) > len(accounts):
        found = [posting for id_ in dict.fromkeys(ids) if (posting := outbox.by_id(conn, id_))]
        template_incidents.taken(hub, conn, found, [each for each in late if each.template], now)


def settle_parked(hub: Hub, conn: Connection, results: "Sequence[Result]", now: datetime) -> None:
    """Applies receipts that were quicker than the end of the call they are about."""
    by_our_id = [(r.job.posting.channel, r.part.id) for r in results]
    by_theirs = [(r.job.posting.channel, r.sent.provider_id) for r in results if r.sent and r.sent.provider_id]
    apply_parked(hub, conn, [*by_our_id, *by_theirs], now)


def apply_parked(hub: Hub, conn: Connection, ids: Sequence[tuple[str, str]], now: datetime) -> None:
    """Applies what is parked for these (channel, provider id or part id)."""
    found = parked_receipts.take_out(conn, ids)
    if found:
        apply(hub, conn, found, now, park=False)


def settle_late(hub: Hub) -> int:
    """Applies parked receipts that slipped past the recording of their call: each saw the database before the other."""
    now = hub.now()
    with hub.store.read() as conn:
        ids = parked_receipts.late(conn, now - LATE)
    if ids:
        with hub.store.write() as conn:
            apply_parked(hub, conn, ids, now)
    return len(ids)


def _tell(hub: Hub, conn: Connection, change: Change, now: datetime) -> None:
    """Does what follows for the message: it is sent again, or failed, or in doubt no longer."""
    part, known, receipt = change
    if known.state is PartState.FAILED:
        if part.status != ReceiptStatus.FAILED:
            _fail(hub, conn, part, receipt.code[:64], now)
    elif part.state in (PartState.UNKNOWN, PartState.PENDING):
        metrics.ambiguous.labels(part.channel, "receipt").inc()


def _fail(hub: Hub, conn: Connection, part: KnownPart, code: str, now: datetime) -> None:
    """Sends again, or fails, a message that the provider took and that did not arrive."""
    if resend.again(hub, conn, part, code, now):
        return
    if outcomes.fail(conn, part.outbox_id, code, now) and (posting := outbox.by_id(conn, part.outbox_id)):
        follow_up.failed_by_receipt(hub, conn, posting, code, now)
