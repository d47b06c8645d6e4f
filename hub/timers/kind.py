"""Declares what a kind of timer is."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.hub import Hub

# (hub, subject, now) -> when it is due next; None when it is over.
Handler = Callable[[Hub, str, datetime], datetime | None]
AsyncHandler = Callable[[Hub, str, datetime], Awaitable[datetime | None]]


def installation(_hub: Hub) -> Collection[str]:
    """Returns the one subject of a timer of the whole installation."""
    return ("",)


def _no_subjects(_hub: Hub) -> Collection[str]:
    return ()


def _never(_hub: Hub, _now: datetime) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """Describes a kind. `subjects` always have a row; a kind due by other tables (`storage.queues.timers`) has none.

    A new row is due `first_after` from now. What `is_heavy` now is handled by the jobs process, if there is one: that
    handler is no coroutine function. It `comes_again` after so long, whatever became of the job.
    """

    handle: Handler | AsyncHandler
    subjects: Callable[[Hub], Collection[str]] = _no_subjects
    is_heavy: Callable[[Hub, datetime], bool] = _never
    first_after: timedelta = timedelta(0)
    comes_again: timedelta = timedelta(minutes=30)
