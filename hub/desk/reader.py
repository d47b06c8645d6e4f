"""What the desk is told at once by a process that takes things in: it reads rows, and asks nobody.

Light on purpose: no flows, no notices (tests/bots/test_imports.py).
"""

from collections.abc import Callable

from core.desk import Command, DeskUser
from hub.desk import commands
from hub.desk.agents import Roles
from storage.engine.store import Store


class StrangerError(LookupError):
    """Nobody has asked the desk yet who that user is."""


class RowReader:
    """A `core.desk.DeskReader`. `known` finds users that a worker has looked up."""

    def __init__(self, store: Store, known: Callable[[str], DeskUser | None], roles: Roles) -> None:
        self._store = store
        self._known = known
        self._roles = roles

    def command(self, command: Command) -> str | None:
        """See core.desk.DeskReader. Without knowing who asks, and who has the cases, there is no answer."""
        try:
            return commands.answer(self._store, command, self._user, self._roles)
        except StrangerError:
            return None

    def _user(self, user_id: str) -> DeskUser:
        user = self._known(user_id)
        if user is None:
            raise StrangerError(user_id)
        return user
