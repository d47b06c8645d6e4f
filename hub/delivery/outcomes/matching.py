"""Finds the parts that receipts are about, and decides what each receipt changes of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from core.messages.inbound import Receipt, ReceiptStatus
from core.messages.receipts import ARRIVED, RANK, Known, PartState, learn
from storage.queues import parked_receipts, parts
from storage.queues.parts import KnownPart


class Change(NamedTuple):
    """Holds a part as it was, what is known of it now, and the receipt that says so."""

    part: KnownPart
    known: Known
    receipt: Receipt


def find(conn: Connection, receipts: Sequence[Receipt]) -> dict[tuple[str, str], KnownPart]:
    """Finds and locks the parts by (channel, our id) and (channel, the provider's id)."""
    correlations = [r.correlation for r in receipts if r.correlation]
    provider_ids = [r.provider_id for r in receipts if r.provider_id]
    found: dict[tuple[str, str], KnownPart] = {}
    for part in parts.find(conn, correlations, provider_ids):
        found[part.channel, part.id] = part
        found |= {(part.channel, name): part for name in (part.provider_id, part.other_id) if name}
    return found


def concerned(by_id: Mapping[tuple[str, str], KnownPart], receipt: Receipt) -> list[KnownPart]:
    """Returns the part that a receipt names, as a list; empty where it is not known."""
    channel = receipt.recipient.channel
    part = by_id.get((channel, receipt.correlation)) or by_id.get((channel, receipt.provider_id))
    return [part] if part else []


def changes(
    conn: Connection,
    by_id: Mapping[tuple[str, str], KnownPart],
    receipts: Sequence[Receipt],
    now: datetime,
    *,
    park: bool,
) -> list[Change]:
    """Finds the parts that these receipts are about, and what is known of each after them.

    With `park`, a receipt whose part is not known yet, or whose call is not recorded, is kept for later.
    """
    found: dict[str, Change] = {}
    for receipt in receipts:
        is_watermark = bool(receipt.watermark) and not receipt.provider_id
        meant = _below(conn, receipt) if is_watermark else concerned(by_id, receipt)
        if park and not is_watermark and not _is_looked_up(receipt) and _is_early(meant, receipt):
            parked_receipts.park(conn, receipt, meant[0].id if meant else receipt.provider_id, now)
            continue
        for part in meant:
            if not _of_an_earlier_try(part, receipt):
                _merge(found, part, receipt)
    return list(found.values())


def saved(change: Change) -> dict[str, Any]:
    """Returns the change as `parts.save` wants it."""
    part, (state, status), receipt = change
    provider_id, other_id = part.provider_id or receipt.provider_id or None, part.other_id
    if provider_id != receipt.provider_id and receipt.provider_id and _is_of_a_later_try(part, receipt):
        provider_id, other_id = receipt.provider_id, provider_id
    return {
        "row": part.id,
        "status_": status,
        "at": receipt.at,
        "provider": provider_id,
        "other": other_id,
        "state_": state,
        "code_": receipt.code[:64] if state is PartState.FAILED else None,
    }


def _merge(found: dict[str, Change], part: KnownPart, receipt: Receipt) -> None:
    before = found.get(part.id)
    status = ReceiptStatus(part.status) if part.status else None
    known = before.known if before else Known(PartState(part.state), status)
    after = learn(known, receipt.status)
    if before is None or after != known:
        found[part.id] = Change(part, after, receipt)


def _is_looked_up(receipt: Receipt) -> bool:
    """Tells whether it tells a sum: the provider was asked for it, long after the call, of whatever left our number."""
    return receipt.charge is not None and bool(receipt.charge.amount)


def _is_early(meant: Sequence[KnownPart], receipt: Receipt) -> bool:
    """Tells whether the receipt's call is not recorded yet: its id is unknown, or a failure overtook the answer.

    What follows from a failure, a second call perhaps, must not happen while the first call is under way.
    """
    failed = receipt.status is ReceiptStatus.FAILED
    return not meant or (failed and meant[0].state == PartState.SENDING)


def _of_an_earlier_try(part: KnownPart, receipt: Receipt) -> bool:
    """Tells whether it says no more than what came of a call that has been, or will be, made again.

    That a message was delivered or read is final, whichever call brought it. That it was taken (`queued`, `sent`) or
    failed counts for the call itself only, or else a repeat that nobody has seen yet would be lost.
    """
    if receipt.status in ARRIVED:
        return False
    same = bool(receipt.provider_id) and receipt.provider_id == part.provider_id
    match PartState(part.state):
        case PartState.PENDING:
            # The part is to be called again, because it failed or because nobody knew. A receipt that it was taken ends
            # the doubt, even where the call's answer was an error; only after a failure that came late it is old news.
            failed = receipt.status is ReceiptStatus.FAILED
            return same or (not part.repeats and (failed or part.provider_id is not None))
        case PartState.SENDING | PartState.UNKNOWN:
            return same
        case PartState.SENT | PartState.FAILED:
            another = bool(receipt.provider_id and part.provider_id) and not same
            return another and not _is_of_a_later_try(part, receipt)


def _is_of_a_later_try(part: KnownPart, receipt: Receipt) -> bool:
    """Tells whether it says that another call of the part was taken, of which we know nothing yet: its answer is to
    come, or never will."""
    taken = receipt.status in (ReceiptStatus.QUEUED, ReceiptStatus.SENT)
    return taken and part.state == PartState.SENT and part.tries > 1 and receipt.provider_id != part.other_id


def _below(conn: Connection, receipt: Receipt) -> list[KnownPart]:
    """Finds everything sent to this address up to the watermark that is not further already."""
    behind = [s.value for s, rank in RANK.items() if rank < RANK[receipt.status] and s is not ReceiptStatus.FAILED]
    return parts.below(conn, receipt.recipient.key, behind, receipt.watermark) if receipt.watermark else []
