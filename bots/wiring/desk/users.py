"""Looks up who agents are: asks the desk, and lets all processes know it for a while."""

import logging
import time

from bots.wiring.desk.reading import REMEMBER_SECONDS, KnownUsers
from core.desk.events import DeskUser
from core.errors import Outcome, SendError
from hub.delivery.sender import Island
from hub.hub import Desk

log = logging.getLogger(__name__)

AGAIN_SECONDS = REMEMBER_SECONDS / 2  # who goes on working is asked of so soon, and never waited for


class UserBook:
    """Asks the desk through the sending loop. The caller waits only for somebody who did nothing lately."""

    def __init__(self, island: Island) -> None:
        self._island = island
        self._desk: Desk | None = None
        self._known: KnownUsers | None = None
        self._asked: dict[str, float] = {}  # when, by the monotonic clock

    def open(self, desk: Desk | None, known: KnownUsers) -> None:
        """Gives it the desk to ask, once that is built."""
        self._desk, self._known = desk, known

    def find(self, user_id: str) -> DeskUser:
        """Returns the user. Raises SendError when the desk does not answer: the event is tried again."""
        if self._desk is None or self._known is None:
            return DeskUser(user_id, "", False)
        user = self._known.find(user_id)
        now = time.monotonic()
        if user is None:
            self._asked[user_id] = now
            return self._island.call(self._ask(self._desk, self._known, user_id))
        if now - self._asked.setdefault(user_id, now) > AGAIN_SECONDS:
            self._asked[user_id] = now
            self._island.start(self._ask_beside(self._desk, self._known, user_id))
        return user

    async def _ask_beside(self, desk: Desk, known: KnownUsers, user_id: str) -> None:
        try:
            await self._ask(desk, known, user_id)
        except SendError as error:  # then somebody waits, when what is known has been forgotten
            log.warning("a desk user was not asked about again", extra={"code": error.code})

    async def _ask(self, desk: Desk, known: KnownUsers, user_id: str) -> DeskUser:
        user = await self._answer(desk, user_id)
        known.remember(user)
        return user

    async def _answer(self, desk: Desk, user_id: str) -> DeskUser:
        try:
            return await desk.user(user_id)
        except SendError as error:
            if error.outcome is not Outcome.ADDRESS_DEAD:
                raise
            return DeskUser(user_id, "", False)  # nobody the desk knows: no agent, and no reason to ask for ever
