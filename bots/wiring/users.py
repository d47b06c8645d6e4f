"""Who agents are, remembered for ten minutes."""

import time

from core.desk import DeskUser
from hub.delivery.sender import Island
from hub.hub import Desk

REMEMBER_SECONDS = 600


class UserBook:
    """Asks the desk through the sending loop; the caller waits."""

    def __init__(self, island: Island) -> None:
        self._island = island
        self._known: dict[str, tuple[float, DeskUser]] = {}
        self.desk: Desk | None = None

    def find(self, user_id: str) -> DeskUser:
        """The user. Raises SendError when the desk does not answer: the event is tried again."""
        until, user = self._known.get(user_id, (0.0, DeskUser(user_id, "", False)))
        if until > time.monotonic():
            return user
        if self.desk is None:
            return user
        user = self._island.call(self.desk.user(user_id))
        self._known[user_id] = (time.monotonic() + REMEMBER_SECONDS, user)
        return user
