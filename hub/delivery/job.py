"""What the sender works on: a message, the calls it takes, and what came of each."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.desk.posts import DeskPost
from core.errors import SendError
from core.ports.calls import Part, Sent
from storage.queues.outbox import Posting


@dataclass(frozen=True)
class Attempt:
    """Holds a part about to be sent for the `tries`-th time; `id` is what receipts name it by."""

    id: str
    part: Part
    repeats: int = 0
    tries: int = 1


@dataclass(frozen=True)
class Job:
    """Holds a message marked as being sent: wait, then make the call for each part in order.

    `courtesies` are silent parts that follow (a read mark): made once, as well as it goes, and kept nowhere.
    """

    posting: Posting
    parts: tuple[Attempt, ...]
    wait: float
    call: Callable[[Attempt], Awaitable[Sent]]
    losses: tuple[str, ...] = ()  # what the channel's limits cost the message
    opens: bool = False  # we write first: outside the reply window
    missing: tuple[str, ...] = ()  # a sentence for the agent about each file that stays behind
    courtesies: tuple[Attempt, ...] = ()
    reworded: bool = False  # it says something else than when it was queued
    joined: tuple[str, ...] = ()  # rows that it says too
    followed_by: tuple[DeskPost, ...] = ()  # what comes at the desk after it
    calls: tuple[tuple[str, int], ...] = ()  # what the desk counts: (kind of call, and of which place; how many)
    rank: int = 0  # of what has no slot yet, the lowest is next


@dataclass(frozen=True)
class Result:
    """Holds what came of one call."""

    job: Job
    part: Attempt
    sent: Sent | None = None
    error: SendError | None = None

    @property
    def last(self) -> bool:
        """Tells whether nothing of the message is left to send."""
        return self.part is self.job.parts[-1]

    @property
    def goes_on(self) -> bool:
        """Tells whether the next part may follow: after success, and after a failed read mark or typing indicator."""
        return self.error is None or self.part.part.silent
