"""Describes promises: each date or time that a customer was told, and what became of it.

What became of one follows from what is known of it, in whatever order that comes in: of all verdicts the earliest
counts. A delivery at noon keeps what was due in the evening, also when the carrier tells of it a day later.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

CLOCK = "timer"  # who closes what nothing else did


class Purpose(StrEnum):
    """Says what is to happen by then. What is told of a pick-up is from when on the parcel waits there."""

    DELIVERY = "delivery"
    SHIPS = "ships"
    REPLY = "reply"
    REFUND = "refund"
    PICK_UP = "pick_up"


class Matter(StrEnum):
    """Says what a promise is about. A refund is one that was issued: what is promised of it is the bank's part."""

    ORDER = "order"
    PARCEL = "parcel"
    RETURN = "return"
    REFUND = "refund"
    CASE = "case"


class PromiseState(StrEnum):
    """Where a promise stands. Changed: another date was told before this one came. Void: it lost its sense."""

    OPEN = "open"
    KEPT = "kept"
    CHANGED = "changed"
    VOID = "void"
    BROKEN = "broken"


class Promised(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds a date or time as it is told.

    `on` is the day, without which `due` is a moment; a day is due when it ends in `zone`. `matter_id` is the parcel's,
    return's, refund's or case's, "" for the order; `is_whole`: a word on the order is one on this parcel. `source` says
    who told: `notice:shipped`, `flow:order_status`.
    """

    purpose: Purpose
    matter: Matter
    due: datetime
    source: str
    order_number: str = ""
    matter_id: str = ""
    on: date | None = None
    zone: str = "UTC"
    is_whole: bool = False

    @property
    def subject(self) -> tuple[Purpose, str, str]:
        """Names what only one date holds for at a time."""
        return self.purpose, self.order_number, self.matter_id


class Promise(msgspec.Struct, frozen=True):
    """Holds a promise as it is kept. `closed_by` is what decided: an event's type, `timer`, `told`."""

    id: str
    customer_id: str
    promised: Promised
    told_at: datetime
    message_id: str
    notice_id: str
    state: PromiseState
    closed_at: datetime | None = None
    closed_by: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """Says what became of a promise, and when that was decided: when it happened, not when we heard of it."""

    at: datetime
    state: PromiseState
    by: str = ""

    @property
    def rank(self) -> tuple[datetime, int]:
        """Orders verdicts: the earlier decides; at the same moment what was done in time does."""
        return self.at, _RANK[self.state]


_RANK = {state: place for place, state in enumerate(PromiseState)}


def tells(said: str, forms: Iterable[str]) -> bool:
    """Tells whether a text says one of these forms of a date: as it is, not as a part of a longer number."""
    wanted = "|".join(re.escape(each) for each in forms if each)
    return bool(wanted) and re.search(rf"(?<!\d)(?:{wanted})(?!\d)", said, re.IGNORECASE) is not None


def due_of(day: date, zone: ZoneInfo) -> datetime:
    """Returns the moment (UTC) at which a day ends in a zone."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)


def verdict(due: datetime, kept: Iterable[Verdict], now: datetime, matter: Matter) -> Verdict | None:
    """Decides about a promise by all that is known of it; None while it is open.

    What comes after its time changes nothing. When its time is over it is broken; but what a bank does nobody tells us:
    a refund on its way counts as there.
    """
    in_time = [each for each in kept if each.at <= due]
    if now >= due:
        end = PromiseState.KEPT if matter is Matter.REFUND else PromiseState.BROKEN
        in_time.append(Verdict(due, end, CLOCK))
    return min(in_time, key=lambda each: each.rank, default=None)


def stands(known: Verdict | None, news: Verdict | None) -> Verdict | None:
    """Joins what was decided with one more verdict."""
    both = [each for each in (known, news) if each is not None]
    return min(both, key=lambda each: each.rank, default=None)
