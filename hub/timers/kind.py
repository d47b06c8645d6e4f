"""One kind of timer."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from hub.hub import Hub

# (hub, subject, now) -> when it is due next; None when it is over.
Handler = Callable[[Hub, str, datetime], datetime | None]
AsyncHandler = Callable[[Hub, str, datetime], Awaitable[datetime | None]]


def installation(_hub: Hub) -> Collection[str]:
    """The one subject of what concerns no single thing."""
    return ("",)


def _no_subjects(_hub: Hub) -> Collection[str]:
    return ()


def _never(_hub: Hub, _now: datetime) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """`subjects` always have a row; a kind that is due by another table's rows (`storage.queues.timers`) has none.

    What `is_heavy` now is handled by the jobs process, if there is one: that handler is no coroutine function.
    """

    handle: Handler | AsyncHandler
    subjects: Callable[[Hub], Collection[str]] = _no_subjects
    is_heavy: Callable[[Hub, datetime], bool] = _never
