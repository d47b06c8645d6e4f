"""Looks up who agents are: asks the desk, and lets all processes know it for a while."""

from bots.wiring.desk import KnownUsers
from core.desk.events import DeskUser
from core.errors import Outcome, SendError
from hub.delivery.sender import Island
from hub.hub import Desk


class UserBook:
    """Asks the desk through the sending loop; the caller waits."""

    def __init__(self, island: Island) -> None:
        self._island = island
        self._desk: Desk | None = None
        self._known: KnownUsers | None = None

    def open(self, desk: Desk | None, known: KnownUsers) -> None:
        """Gives it the desk to ask, once that is built."""
        self._desk, self._known = desk, known

    def find(self, user_id: str) -> DeskUser:
        """Returns the user. Raises SendError when the desk does not answer: the event is tried again."""
        if self._desk is None or self._known is None:
            return DeskUser(user_id, "", False)
        user = self._known.find(user_id)
        if user is None:
            user = self._ask(self._desk, user_id)
            self._known.remember(user)
        return user

    def _ask(self, desk: Desk, user_id: str) -> DeskUser:
        try:
            return self._island.call(desk.user(user_id))
        except SendError as error:
            if error.outcome is not Outcome.ADDRESS_DEAD:
                raise
            return DeskUser(user_id, "", False)  # nobody the desk knows: no agent, and no reason to ask for ever
