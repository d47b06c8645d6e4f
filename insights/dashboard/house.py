"""Holds what the pages stand on, handed in by the web process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from insights.conversations.views import WindowHours
from insights.dashboard.door.door import Door
from insights.dashboard.options import Choices
from notifications.store.shop import Shop
from storage.engine.store import Store

Steps = Sequence[Mapping[str, Any]]


def _nothing(_conn: Connection, _id: str) -> Steps:
    return ()


def _no_link(_place: str, _thread: str) -> str:
    return ""


@dataclass(frozen=True)
class House:
    """One installation, as far as looking goes. `shop` brings the store's file as it is now.

    `trace` tells the way of a message or notice; `thread_link` is the address of a thread at the desk, "" where there
    is none.
    """

    store: Store
    now: Callable[[], datetime]
    shop: Callable[[], Shop]
    door: Door
    window_hours: WindowHours = field(default_factory=dict)
    trace: Callable[[Connection, str], Steps] = _nothing
    thread_link: Callable[[str, str], str] = _no_link
    choices: Choices = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", Choices(self.store))
