"""Decides which news may change what is known of a message we send: knowledge only grows, in any order.

A message is one or more calls to a provider (parts). What a receipt has proved of a call is never taken back by what
our own side knows of it: that the answer did not come, or that a worker died.

    pending -> sending -> sent      (accepted, or proved by a receipt)
                  |-----> unknown   (no answer, or the worker died) -> sent | pending (once more)
                  |-----> pending   (refused for now)
                  `-----> failed    (refused; or a receipt says so, until another says that it arrived)
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import NamedTuple

from core.messages.inbound import ReceiptStatus

RANK = {
    ReceiptStatus.QUEUED: 0,
    ReceiptStatus.SENT: 1,
    ReceiptStatus.FAILED: 2,
    ReceiptStatus.DELIVERED: 3,
    ReceiptStatus.READ: 4,
}
ARRIVED = (ReceiptStatus.DELIVERED, ReceiptStatus.READ)


class PartState(StrEnum):
    """Where a part is."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"


class Evidence(StrEnum):
    """What our own side learns of a call, as against a provider's receipt."""

    BEGUN = "begun"  # the call is about to be made
    ACCEPTED = "accepted"
    LOST = "lost"  # it may have got through; no answer came
    POSTPONED = "postponed"  # refused for now
    REFUSED = "refused"
    CRASHED = "crashed"  # the worker that made it is gone
    REPEATED = "repeated"  # the doubt lasted long enough: once more
    RESENT = "resent"  # it failed after it was taken: once more


class Move(NamedTuple):
    """From any of these states to that one; in every other state the evidence says nothing new."""

    sources: frozenset[PartState]
    target: PartState


_UNDER_WAY = frozenset({PartState.SENDING, PartState.UNKNOWN})
MOVES: Mapping[Evidence, Move] = {
    Evidence.BEGUN: Move(frozenset({PartState.PENDING}), PartState.SENDING),
    Evidence.ACCEPTED: Move(_UNDER_WAY | {PartState.PENDING}, PartState.SENT),
    Evidence.LOST: Move(frozenset({PartState.SENDING}), PartState.UNKNOWN),
    Evidence.POSTPONED: Move(_UNDER_WAY, PartState.PENDING),
    Evidence.REFUSED: Move(_UNDER_WAY, PartState.FAILED),
    Evidence.CRASHED: Move(frozenset({PartState.SENDING}), PartState.UNKNOWN),
    Evidence.REPEATED: Move(frozenset({PartState.UNKNOWN}), PartState.PENDING),
    Evidence.RESENT: Move(frozenset({PartState.FAILED}), PartState.PENDING),
}
# A message is where the part is that is furthest to the right here.
WORST = (PartState.SENT, PartState.PENDING, PartState.UNKNOWN, PartState.SENDING, PartState.FAILED)


class Known(NamedTuple):
    """What is known of a part: its state, and the provider's word on it."""

    state: PartState
    status: ReceiptStatus | None = None


def merge(known: ReceiptStatus, news: ReceiptStatus) -> ReceiptStatus:
    """Returns the later of the two on the way queued, sent, delivered, read.

    `failed` ends the way unless the message turns out delivered after all (several devices), so
    the join is the higher rank: commutative, associative, idempotent.
    """
    return known if RANK[known] >= RANK[news] else news


def learn(known: Known, news: Evidence | ReceiptStatus) -> Known:
    """Returns what is known of a part after the news."""
    if isinstance(news, ReceiptStatus):
        status = merge(known.status or ReceiptStatus.QUEUED, news)
        return Known(PartState.FAILED if status is ReceiptStatus.FAILED else PartState.SENT, status)
    move = MOVES[news]
    if known.state not in move.sources:
        return known
    anew = news is Evidence.RESENT  # what was said of the call that failed says nothing of the next
    return Known(move.target, None if anew else known.status)


def message_state(parts: Collection[PartState]) -> PartState:
    """Returns the state of a message with these parts: sent when all are, failed when one is.

    Raises ValueError when there is none.
    """
    return max(parts, key=WORST.index)
