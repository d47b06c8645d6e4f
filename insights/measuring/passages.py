"""Measures flows: which questions were answered, and how flows ended.

A question counts once while it stays open: asked again within a day, the last time counts. Left is what was not
answered within a day.

    asked(events, now)   # [Asked("e1", at, "returns", "reason", is_answered=True)]
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

ASKED, ANSWERED = "asked", "answered"
PATIENCE = timedelta(hours=24)
STARTED, HANDED_OFF = "flow_started", "handed_off"
ENDINGS = {"flow_completed": "completed", "flow_cancelled": "cancelled", "flow_expired": "expired"}
OF_THE_ENGINE = "pattern_"  # begins the names of flows that no customer asks for


class Event(NamedTuple):
    """Holds what a flow of one conversation counted. `detail`: the reason of a handoff."""

    id: str
    at: datetime
    name: str
    flow: str
    step: str
    detail: str = ""


class Asked(NamedTuple):
    """Holds a question that was put, named by its event."""

    id: str
    at: datetime
    flow: str
    step: str
    is_answered: bool


def asked(events: Sequence[Event], now: datetime) -> Iterator[Asked]:
    """Finds the questions of a conversation, in order, of which it is known whether they were answered."""
    nexts: dict[tuple[str, str], Event] = {}
    found: list[Asked] = []
    for event in reversed(events):
        where = event.flow, event.step
        if event.name == ASKED:
            following = nexts.get(where)
            came = following if following and following.at - event.at < PATIENCE else None
            if came is not None and came.name == ANSWERED:
                found.append(Asked(event.id, event.at, *where, True))
            elif came is None and now - event.at >= PATIENCE:
                found.append(Asked(event.id, event.at, *where, False))
        if event.name in (ASKED, ANSWERED):
            nexts[where] = event
    yield from reversed(found)
