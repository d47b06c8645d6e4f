"""Says who speaks in a conversation, and how sure we are of whom we speak with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

NEVER = datetime.min.replace(tzinfo=UTC)


class Owner(StrEnum):
    """Who answers. The change of hands is one conditional update, and the customer is told."""

    BOT = "bot"
    AGENT = "agent"


class CaseState(StrEnum):
    """A case: waiting for an agent, in an agent's hands, waiting for the customer or for a third party, put off, done.

    A merged one lives on in another case; spam is nobody's.
    """

    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    ON_HOLD = "on_hold"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    MERGED = "merged"
    SPAM = "spam"

    @property
    def is_over(self) -> bool:
        """Tells whether nobody works on it any more."""
        return self in (CaseState.RESOLVED, CaseState.MERGED, CaseState.SPAM)


UNRESOLVED = tuple(state for state in CaseState if not state.is_over)
IN_HAND = tuple(state for state in UNRESOLVED if state != CaseState.OPEN)  # an agent has it


RESTING = (CaseState.WAITING, CaseState.ON_HOLD, CaseState.SNOOZED)


class Priority(StrEnum):
    """Says which case comes first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """Returns how urgent it is, to compare."""
        return list(Priority).index(self)


class Routed(msgspec.Struct, frozen=True):
    """Holds what the rules decided. `place` is the desk's channel for the card; "" the usual one."""

    priority: Priority = Priority.NORMAL
    team: str = ""
    sla: str = ""
    tags: tuple[str, ...] = ()
    place: str = ""


class Proof(StrEnum):
    """Levels of identity proof: the channel's own number, facts of the order, a one-time code."""

    NONE = "none"
    CONTACT = "contact"
    ORDER = "order"
    CODE = "code"


PROOF_RANK = {Proof.NONE: 0, Proof.CONTACT: 1, Proof.ORDER: 2, Proof.CODE: 3}
PROOF_LIFETIME = {Proof.ORDER: timedelta(hours=24), Proof.CODE: timedelta(minutes=30)}


class Grant(msgspec.Struct, frozen=True):
    """A proof given in a conversation, for one order, until a time."""

    level: Proof
    order_number: str
    until: datetime


def decode_grants(data: bytes | str) -> tuple[Grant, ...]:
    """Reads the proofs that `encode_grants` wrote. Raises `msgspec.ValidationError`."""
    return _GRANTS.decode(data)


def encode_grants(grants: Sequence[Grant]) -> str:
    """Writes proofs as the JSON of a row."""
    return msgspec.json.encode(grants).decode()


_GRANTS: msgspec.json.Decoder[tuple[Grant, ...]] = msgspec.json.Decoder(tuple[Grant, ...])


def window_open(last_inbound_at: datetime | None, hours: float | None, now: datetime) -> bool:
    """Tells whether free text is allowed: always without a window, else within `hours` of the customer's last message.

    A minute is kept back, so that a message that is on its way when the window shuts is not refused.
    """
    return hours is None or now < window_end(last_inbound_at, hours)


def window_end(last_inbound_at: datetime | None, hours: float) -> datetime:
    """Returns when a window of so many hours closes; it was never open for who never wrote."""
    return last_inbound_at + timedelta(hours=hours, minutes=-1) if last_inbound_at else NEVER
