"""Moves a return along its tracks: one function for each step, with what forbids it. Asks nobody for money.

Each returns the tracks after it, or raises StepRefusedError, whose `why` is worded where people read it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NoReturn

import msgspec
from msgspec.structs import replace

from core.shop.return_tracks import COUNTED, HERE, PAID, UNDECIDED, Approval, Logistics, Settlement, Tracks
from core.shop.returns import ReturnedLine

CONDITIONS = ("ok", "damaged", "wrong", "missing")


class Why(StrEnum):
    """Why a step is not taken."""

    DECIDED = "decided"  # approved, refused or over already
    NOT_APPROVED = "not_approved"
    RECEIVED = "received"  # it is here already
    TOO_MANY = "too_many"  # more pieces than are on their way
    NOTHING = "nothing"  # no piece was counted
    NO_MONEY = "no_money"  # it ends in no money: an exchange
    NOT_HERE = "not_here"  # money before the goods are counted
    UNDER_WAY = "under_way"  # money is being sent already
    PAID = "paid"
    NOT_FAILED = "not_failed"
    OVER_BALANCE = "over_balance"  # more than is left of what was paid
    SAME_PERSON = "same_person"  # who asked for it may not approve it


class StepRefusedError(ValueError):
    """Raised when a return cannot take a step now."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class Counted(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds what arrived of a line, by its condition; `missing` is what will not come any more."""

    line_id: str
    ok: int = 0
    damaged: int = 0
    wrong: int = 0
    missing: int = 0

    @property
    def pieces(self) -> int:
        """Counts the pieces that are accounted for."""
        return self.ok + self.damaged + self.wrong + self.missing

    @property
    def condition(self) -> str:
        """Names the worst that was found; "" where nothing was counted."""
        return next((name for name in reversed(CONDITIONS) if getattr(self, name)), "")


Counts = Mapping[str, Counted]  # by the line's id


def approve(tracks: Tracks, *, quoted: bool) -> Tracks:
    """Grants a return that nobody decided yet; `quoted`: it is known how much money goes back."""
    _require_undecided(tracks)
    settlement = Settlement.QUOTED if quoted and tracks.settlement is Settlement.NONE else tracks.settlement
    return replace(tracks, approval=Approval.APPROVED, settlement=settlement)


def decline(tracks: Tracks) -> Tracks:
    """Refuses a return that nobody decided yet."""
    _require_undecided(tracks)
    return replace(tracks, approval=Approval.DECLINED)


def reconsider(tracks: Tracks) -> Tracks:
    """Takes an approval back that the store's system did not accept: a person has to decide again."""
    if tracks.approval is not Approval.APPROVED:
        _refuse(Why.NOT_APPROVED)
    _require_not_here(tracks)
    _require_money_unmoved(tracks)
    return replace(tracks, approval=Approval.NEEDS_REVIEW)


def cancel(tracks: Tracks) -> Tracks:
    """Calls a return off, as long as nothing of it has arrived and no money is on its way."""
    if tracks.approval not in (*UNDECIDED, Approval.APPROVED):
        _refuse(Why.DECIDED)
    _require_not_here(tracks)
    _require_money_unmoved(tracks)
    return replace(tracks, approval=Approval.CANCELLED)


def receive(tracks: Tracks, lines: Sequence[ReturnedLine], counts: Counts) -> Tracks:
    """Notes what the warehouse counted, in all: partly received while pieces are still expected, else inspected."""
    _require_approved(tracks)
    if tracks.logistics in COUNTED:
        _refuse(Why.RECEIVED)
    expected = {line.line_id: line.quantity for line in lines}
    if not any(each.pieces for each in counts.values()):
        _refuse(Why.NOTHING)
    if any(each.pieces > expected.get(line_id, 0) for line_id, each in counts.items()):
        _refuse(Why.TOO_MANY)
    whole = all(line_id in counts and counts[line_id].pieces == pieces for line_id, pieces in expected.items())
    return replace(tracks, logistics=Logistics.INSPECTED if whole else Logistics.PARTIALLY_RECEIVED)


def ask_for_money(tracks: Tracks, *, keeps: bool, above_limit: bool) -> Tracks:
    """Asks for the refund: it is made at once, or `above_limit` waits for finance. `keeps`: nothing is sent back."""
    _require_approved(tracks)
    if not keeps and tracks.logistics not in COUNTED:
        _refuse(Why.NOT_HERE)
    _require_money_unmoved(tracks)
    return replace(tracks, settlement=Settlement.AWAITING_APPROVAL if above_limit else Settlement.PROCESSING)


def grant_money(tracks: Tracks, requester: str, approver: str) -> Tracks:
    """Lets a refund go out that waited for finance; who asked for it may not."""
    if tracks.settlement is not Settlement.AWAITING_APPROVAL:
        _refuse(_MONEY_IS.get(tracks.settlement, Why.NOT_HERE))
    if requester == approver:
        _refuse(Why.SAME_PERSON)
    return replace(tracks, settlement=Settlement.PROCESSING)


def try_money_again(tracks: Tracks) -> Tracks:
    """Sends a refund again that came to nothing."""
    if tracks.settlement is not Settlement.FAILED:
        _refuse(_MONEY_IS.get(tracks.settlement, Why.NOT_FAILED))
    return replace(tracks, settlement=Settlement.PROCESSING)


def money_came_back(tracks: Tracks) -> Tracks:
    """Notes that a refund came to nothing; one that is settled stays so."""
    return tracks if tracks.settlement in PAID else replace(tracks, settlement=Settlement.FAILED)


def pay(tracks: Tracks) -> Tracks:
    """Notes that the money was sent."""
    return replace(tracks, settlement=Settlement.SETTLED)


def require_balance(amount: Decimal, left: Decimal) -> None:
    """Refuses a refund beyond what is left of what was paid, or of nothing."""
    if not 0 < amount <= left:
        _refuse(Why.OVER_BALANCE)


def _require_undecided(tracks: Tracks) -> None:
    if tracks.approval not in UNDECIDED:
        _refuse(Why.DECIDED)


def _require_approved(tracks: Tracks) -> None:
    if tracks.approval is not Approval.APPROVED:
        _refuse(Why.NOT_APPROVED)


def _require_not_here(tracks: Tracks) -> None:
    if tracks.logistics in HERE:
        _refuse(Why.RECEIVED)


def _require_money_unmoved(tracks: Tracks) -> None:
    if why := _MONEY_IS.get(tracks.settlement):
        _refuse(why)


def _refuse(why: Why) -> NoReturn:
    raise StepRefusedError(why)


_MONEY_IS = {
    Settlement.AWAITING_APPROVAL: Why.UNDER_WAY,
    Settlement.PROCESSING: Why.UNDER_WAY,
    Settlement.FAILED: Why.UNDER_WAY,
    Settlement.SETTLED: Why.PAID,
    Settlement.WAIVED: Why.PAID,
}
