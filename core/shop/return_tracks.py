"""Describes a return by its three tracks, which three teams move beside each other, and as the one list of states.

The tracks say more than the list: service decides (`Approval`), the warehouse has the goods (`Logistics`), finance the
money (`Settlement`). `state_of` tells how they read in the one list, `tracks_of` which tracks a state stands for.
"""

from enum import StrEnum
from itertools import product

import msgspec

from core.shop.returns import ReturnRecord, ReturnState


class Approval(StrEnum):
    """What service decided."""

    DRAFT = "draft"
    REQUESTED = "requested"
    NEEDS_REVIEW = "needs_review"  # a person has to decide
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Logistics(StrEnum):
    """Where the goods are."""

    NONE = "none"
    LABEL_SENT = "label_sent"
    IN_TRANSIT = "in_transit"
    ARRIVED = "arrived"
    PARTIALLY_RECEIVED = "partially_received"
    RECEIVED = "received"
    INSPECTED = "inspected"
    NOT_RETURNED = "not_returned"


class Settlement(StrEnum):
    """Where the money is."""

    NONE = "none"
    QUOTED = "quoted"  # how much is known, and nobody has asked for it
    AWAITING_APPROVAL = "awaiting_approval"
    PROCESSING = "processing"
    SETTLED = "settled"
    FAILED = "failed"
    WAIVED = "waived"


class Tracks(msgspec.Struct, frozen=True):
    """Holds where a return stands on each of its three tracks."""

    approval: Approval = Approval.REQUESTED
    logistics: Logistics = Logistics.NONE
    settlement: Settlement = Settlement.NONE


UNDECIDED = frozenset((Approval.DRAFT, Approval.REQUESTED, Approval.NEEDS_REVIEW))
HERE = frozenset((Logistics.ARRIVED, Logistics.PARTIALLY_RECEIVED, Logistics.RECEIVED, Logistics.INSPECTED))
COUNTED = frozenset((Logistics.RECEIVED, Logistics.INSPECTED))  # nothing more is expected
PAID = frozenset((Settlement.SETTLED, Settlement.WAIVED))
_SHOWS = {  # of an approved return whose money is not settled
    Logistics.NONE: ReturnState.APPROVED,
    Logistics.LABEL_SENT: ReturnState.LABEL_SENT,
    Logistics.IN_TRANSIT: ReturnState.IN_TRANSIT,
    Logistics.ARRIVED: ReturnState.RECEIVED,
    Logistics.PARTIALLY_RECEIVED: ReturnState.RECEIVED,
    Logistics.RECEIVED: ReturnState.RECEIVED,
    Logistics.INSPECTED: ReturnState.INSPECTED,
    Logistics.NOT_RETURNED: ReturnState.CANCELLED,
}
RANK = {state: n for n, state in enumerate(ReturnState)}  # how far a return is; what ends it is furthest
RANK |= {ReturnState.REFUSED: RANK[ReturnState.COMPLETED]}
_STANDS_FOR = {
    ReturnState.REQUESTED: Tracks(),
    ReturnState.APPROVED: Tracks(Approval.APPROVED),
    ReturnState.REFUSED: Tracks(Approval.DECLINED),
    ReturnState.LABEL_SENT: Tracks(Approval.APPROVED, Logistics.LABEL_SENT),
    ReturnState.IN_TRANSIT: Tracks(Approval.APPROVED, Logistics.IN_TRANSIT),
    ReturnState.RECEIVED: Tracks(Approval.APPROVED, Logistics.RECEIVED),
    ReturnState.INSPECTED: Tracks(Approval.APPROVED, Logistics.INSPECTED),
    ReturnState.COMPLETED: Tracks(Approval.APPROVED, Logistics.NONE, Settlement.SETTLED),
    ReturnState.CANCELLED: Tracks(Approval.CANCELLED),
}


def state_of(tracks: Tracks) -> ReturnState:
    """Tells how the tracks read in the one list. Money before the goods were counted does not end a return that is
    on its way: the customer still has something to send."""
    if tracks.approval in UNDECIDED:
        return ReturnState.REQUESTED
    if tracks.approval is Approval.DECLINED:
        return ReturnState.REFUSED
    if tracks.approval in (Approval.CANCELLED, Approval.EXPIRED):
        return ReturnState.CANCELLED
    ended = tracks.logistics in COUNTED or tracks.logistics in (Logistics.NONE, Logistics.NOT_RETURNED)
    return ReturnState.COMPLETED if tracks.settlement in PAID and ended else _SHOWS[tracks.logistics]


def tracks_of(state: ReturnState, known: Tracks | None = None) -> Tracks:
    """Returns the tracks that a state stands for: those `known`, with no more changed than the state asks for."""
    plain = _STANDS_FOR[state]
    if known is None:
        return plain
    kept = (
        Tracks(approval, logistics, settlement)
        for approval, logistics, settlement in product(
            dict.fromkeys((known.approval, plain.approval)),
            dict.fromkeys((known.logistics, plain.logistics)),
            dict.fromkeys((known.settlement, plain.settlement)),
        )
    )
    fitting = [tracks for tracks in kept if state_of(tracks) is state]
    return max(fitting, key=lambda tracks: _alike(tracks, known), default=plain)


def of_record(record: ReturnRecord) -> Tracks:
    """Reads the tracks of a return; what nobody told of them follows from its state."""
    plain = tracks_of(record.state)
    return Tracks(
        Approval(record.approval) if record.approval else plain.approval,
        Logistics(record.logistics) if record.logistics else plain.logistics,
        Settlement(record.settlement) if record.settlement else plain.settlement,
    )


def with_tracks(record: ReturnRecord, tracks: Tracks) -> ReturnRecord:
    """Returns the return with these tracks, and the state that they read as."""
    return msgspec.structs.replace(
        record,
        state=state_of(tracks),
        approval=tracks.approval.value,
        logistics=tracks.logistics.value,
        settlement=tracks.settlement.value,
    )


def told_tracks(told: ReturnRecord, known: Tracks | None) -> Tracks:
    """Returns the tracks after what a store told: its state, and over that the tracks that it told beside it."""
    said = {name: kind(word) for name, kind in _KINDS.items() if (word := getattr(told, name))}
    return msgspec.structs.replace(tracks_of(told.state, known), **said)


_KINDS: dict[str, type[StrEnum]] = {"approval": Approval, "logistics": Logistics, "settlement": Settlement}
_WEIGHTS = {"approval": 1, "logistics": 4, "settlement": 2}  # what is kept first, where not all can be


def _alike(one: Tracks, other: Tracks) -> int:
    return sum(weight for name, weight in _WEIGHTS.items() if getattr(one, name) is getattr(other, name))
