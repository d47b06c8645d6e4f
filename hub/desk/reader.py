"""Answers the desk at once from the web or socket process: reads rows, and asks no provider.

Imports neither flows nor notices, which keeps those processes small (tests/bots/test_imports.py).
"""

from collections.abc import Callable

from core.cases.desk import Command, DeskUser
from core.cases.permissions import Agents
from hub.desk import commands
from storage.engine.store import Store


class StrangerError(LookupError):
    """Raised when no worker has looked that user up yet."""


class RowReader:
    """Implements `core.cases.desk.DeskReader`. `known` finds users that a worker has looked up."""

    def __init__(self, store: Store, known: Callable[[str], DeskUser | None], agents: Callable[[], Agents]) -> None:
        self._store = store
        self._known = known
        self._agents = agents

    def command(self, command: Command) -> str | None:
        """Answers a command; None where it must ask who the user is, or who has a case (core.cases.desk.DeskReader)."""
        if commands.is_others(command):
            return None
        try:
            return commands.answer(self._store, command, self._user, self._agents())
        except StrangerError:
            return None

    def _user(self, user_id: str) -> DeskUser:
        user = self._known(user_id)
        if user is None:
            raise StrangerError(user_id)
        return user
