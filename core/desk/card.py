"""Defines everything that a case's card shows, read afresh for each drawing."""

from datetime import datetime

import msgspec

from core.desk.glances import (
    ButtonGlance,
    ConsentGlance,
    DetailGlance,
    DueGlance,
    FileGlance,
    OrderGlance,
    PastCase,
    ReturnShown,
    TurnGlance,
)
from core.people.conversations import CaseState, Priority, Proof


class CaseView(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that a card shows. Contact data is masked before it comes here."""

    case_id: str
    number: int
    state: CaseState
    reason: str
    customer: str
    channel: str
    address: str  # masked
    proof: Proof
    opened_at: datetime
    locale: str = ""
    tier: str = ""
    summary: str = ""
    claimed_by: str = ""  # the desk's user id
    order: OrderGlance | None = None
    orders: tuple[OrderGlance, ...] = ()  # others that are not done
    more_orders: int = 0  # of these, not shown
    turns: tuple[TurnGlance, ...] = ()
    returns: tuple[str, ...] = ()
    window_closes_at: datetime | None = None
    wakes_at: datetime | None = None  # of one that rests; None: when the customer writes
    waits_for: str = ""  # of one on hold
    files: tuple[FileGlance, ...] = ()  # the newest that the customer sent, besides those of `details`
    buttons: tuple[ButtonGlance, ...] = ()
    priority: Priority = Priority.NORMAL
    team: str = ""
    tags: tuple[str, ...] = ()
    details: tuple[DetailGlance, ...] = ()
    asked_returns: tuple[ReturnShown, ...] = ()  # those that the case is about
    past: tuple[PastCase, ...] = ()  # the newest first
    consents: tuple[ConsentGlance, ...] = ()
    due: tuple[DueGlance, ...] = ()  # by the clocks that run
    page: str = ""  # where all of the conversation is seen in a browser
