"""Defines what an agent sees on their own page of the desk (Slack's App Home)."""

from datetime import datetime, timedelta

import msgspec

from core.people.conversations import Priority

LISTED = 12  # cases of each list; the rest are counted


class CaseLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds a case as a list shows it. `customer` is a name, or a masked address; `holder` the agent's name."""

    id: str
    number: int
    reason: str
    customer: str
    channel: str
    opened_at: datetime
    place: str = ""
    thread: str = ""
    priority: Priority = Priority.NORMAL
    holder: str = ""
    due_at: datetime | None = None


class CaseList(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds the first of some cases; `count` is of all of them."""

    cases: tuple[CaseLine, ...] = ()
    count: int = 0


class Numbers(msgspec.Struct, frozen=True, omit_defaults=True):
    """Counts what happened since `since`, and what waits now. `first_reply`: on average, to a case opened since."""

    since: datetime
    opened: int = 0
    resolved: int = 0
    waiting: int = 0
    claimed: int = 0
    first_reply: timedelta | None = None


class Home(msgspec.Struct, frozen=True, omit_defaults=True):
    """Holds one agent's page. With a `refusal` there is nothing else on it.

    `is_away` is None where the desk does not know yet whether they are there.
    """

    mine: CaseList = CaseList()
    unassigned: CaseList = CaseList()
    due: CaseList = CaseList()
    numbers: Numbers | None = None
    is_away: bool | None = None
    may_claim: bool = False
    refusal: str = ""


def wait_text(waited: timedelta) -> str:
    """Words a time somebody waited: "40 s", "12 min", "3 h 5 min"."""
    seconds = int(waited.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def numbers_text(numbers: Numbers) -> str:
    """Words the numbers: "Opened 4 · resolved 3 · waiting 2 · with agents 5 · first reply 12 min on average"."""
    reply = f"first reply {wait_text(numbers.first_reply)} on average" if numbers.first_reply else "no first reply yet"
    counts = f"Opened {numbers.opened} · resolved {numbers.resolved} · waiting {numbers.waiting}"
    return f"{counts} · with agents {numbers.claimed} · {reply}"
