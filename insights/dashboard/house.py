"""Holds what the pages stand on, handed in by the web process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from insights.conversations.views import WindowHours
from insights.dashboard.door.door import Door
from insights.dashboard.kept import Kept
from insights.dashboard.options import Choices
from notifications.store.shop import Shop
from storage.engine.store import Store
from storage.people.lookup import Meant

if TYPE_CHECKING:
    from flows.engine.flowset import FlowSet

Steps = Sequence[Mapping[str, Any]]


def _nothing(_conn: Connection, *_what: Any) -> Steps:
    return ()


def _none(*_what: str) -> str:
    return ""


@dataclass(frozen=True)
class House:
    """One installation, as far as looking goes. `shop` brings the store's file as it is now.

    `trace` tells the way of a message or notice, `story` what there is to follow of an order, customer or case;
    `thread_link` is the address of a thread at the desk, "" where there is none; `file_link` that of a file, for a
    while. `meaning` says which outcome a channel's code is; `understand` reads words as the bot would now, `flows` are
    those it has, and `root` is the store's folder, from which their files are named.
    """

    store: Store
    now: Callable[[], datetime]
    shop: Callable[[], Shop]
    door: Door
    window_hours: WindowHours = field(default_factory=dict)
    trace: Callable[[Connection, str], Steps] = _nothing
    story: Callable[[Connection, Meant, int], Steps] = _nothing
    thread_link: Callable[[str, str], str] = _none
    file_link: Callable[[str], str] = _none
    meaning: Callable[[str, str], str] = _none
    understand: Callable[[str], Mapping[str, Any]] | None = None
    flows: "Callable[[], FlowSet] | None" = None
    root: Path | None = None
    choices: Choices = field(init=False)
    kept: Kept = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", Choices(self.store))
        object.__setattr__(self, "kept", Kept())
