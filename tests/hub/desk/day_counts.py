"""Counts the time of a day at the desk by hand: the teams' hours, what is to be done by when, and the cases."""

from dataclasses import dataclass, field

DAY = 24 * 60
MONDAY = 5 * DAY  # after Christmas and a week-end
OPEN = {
    "support": ((540, 750), (810, 1080), (DAY + 540, DAY + 720), (MONDAY + 540, MONDAY + 750)),
    "chinese": ((480, 960), (DAY + 540, DAY + 720), (MONDAY + 480, MONDAY + 960)),
    "always": ((0, 10 * DAY),),
}
LEADS = {"support": "lead", "chinese": "mei"}
AIMS = {
    "standard": {"first": 120, "next": 60, "resolution": 300},
    "fast": {"first": 15, "next": 30, "resolution": 120},
}
REASONS = {
    "": ("asked_human", "normal"),
    "angrily": ("angry", "high"),
    "legally": ("legal", "urgent"),
    "dangerously": ("safety", "urgent"),
}
PAUSES, OVER = ("waiting", "on_hold"), ("resolved", "merged")
UNCLAIMED, STILL, RATING, ONCE, JUST_NOW = 10, 30, 10, DAY, 5


def after(hours: str, start: int, length: float) -> float:
    """Returns the minute by which a team was there for so long since `start`."""
    for begin, end in OPEN[hours]:
        here = max(begin, start)
        if here < end and length <= end - here:
            return here + length
        length -= max(end - here, 0)
    raise AssertionError("the script is over by then")


def between(hours: str, start: int, end: int) -> int:
    """Returns how many minutes a team was there."""
    return sum(max(min(close, end) - max(begin, start), 0) for begin, close in OPEN[hours])


def is_open(hours: str, now: int) -> bool:
    """Tells whether a team is there."""
    return any(begin <= now < end for begin, end in OPEN[hours])


@dataclass
class Count:
    """Counts to something that is to be done."""

    metric: str
    hours: str
    aim: float
    warn: float | None
    started: int
    since: int | None
    spent: float = 0
    is_warned: bool = False
    is_late: bool = False
    ended: int | None = None
    state: str = "pending"

    @property
    def due(self) -> float | None:
        """Returns when it is over; None while it rests."""
        return None if self.since is None else after(self.hours, self.since, max(self.aim - self.spent, 0))

    def rest(self, now: int, *, rests: bool) -> None:
        """Rests, or runs on."""
        if rests and self.since is not None:
            self.is_late |= self.due is not None and self.due < now
            self.spent += between(self.hours, self.since, now)
            self.since = None
        elif not rests and self.since is None:
            self.since = now

    def end(self, now: int, *, void: bool = False) -> None:
        """Ends: in time, late, or with nobody having to do it any more."""
        late = self.is_late or (not void and self.due is not None and self.due < now)
        self.state = "breached" if late else "void" if void else "met"
        self.ended, self.since = now, None

    def told(self, now: int) -> str:
        """Returns what is told of it now: a breach or a warning, each once."""
        if self.due is None or self.is_late:
            return ""
        if self.due <= now:
            self.is_late = True
            return "breach"
        if self.warn is None or self.is_warned or self.since is None:
            return ""
        self.is_warned = after(self.hours, self.since, max(self.warn - self.spent, 0)) <= now
        return "warning" if self.is_warned else ""


@dataclass
class Case:
    """Holds what a case is."""

    customer: int
    opened: int
    team: str
    sla: str
    reason: str
    priority: str
    state: str = "open"
    owner: str = ""
    claimed: int | None = None
    ended: int | None = None
    answered: int | None = None
    topic: str = ""
    wakes: int | None = None
    asks_at: int | None = None
    counts: list[Count] = field(default_factory=list)
    notes: list[tuple[int, str, str, bool]] = field(default_factory=list)  # when, what, for whom, for all
    heard: int = 0  # words of the customer in the thread

    @property
    def is_over(self) -> bool:
        """Tells whether nobody works on it."""
        return self.state in OVER

    def running(self, *metrics: str) -> list[Count]:
        """Lists what runs, of these metrics or of all."""
        return [each for each in self.counts if each.ended is None and (not metrics or each.metric in metrics)]
