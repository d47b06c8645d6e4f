"""Declares what a command of `/desk` is answered from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.desk.events import Command
from core.desk.permissions import Agents
from hub.desk.agents import Users
from storage.engine.store import Store


@dataclass(frozen=True)
class Asked:
    """Holds a command with the rows, who users are, and what they may. `numbers` tells how today and this week are."""

    command: Command
    store: Store
    users: Users
    agents: Agents
    now: datetime
    numbers: Callable[[datetime], str] = lambda _now: ""

    @property
    def rest(self) -> str:
        """Returns the words after the first."""
        return self.command.text.strip().partition(" ")[2].strip()


Answer = Callable[[Asked], str]
