"""Answers the desk at once from the web or socket process: reads rows, and asks no provider.

Imports neither flows nor notices, which keeps those processes small (tests/bots/test_imports.py).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from core.desk.events import Command, DeskUser, Pressed
from core.desk.forms import Form, HomeOpened, Option, Searched
from core.desk.home import Home
from core.desk.permissions import Agents
from hub.desk import commands
from hub.desk.agents import may
from hub.desk.asked import Asked
from hub.desk.form import Look, Words
from hub.desk.forms import FORMS
from hub.desk.showing.home import home
from storage.desk import cases
from storage.engine.store import Store


class StrangerError(LookupError):
    """Raised when no worker has looked that user up yet."""


class RowReader:
    """Implements `core.desk.forms.DeskReader`. `known` finds users that a worker has looked up.

    `words` are what forms show of the store's files; `numbers` tells how today and this week are."""

    def __init__(
        self,
        store: Store,
        known: Callable[[str], DeskUser | None],
        agents: Callable[[], Agents],
        clock: Callable[[], datetime],
        words: Callable[[], Words] = Words,
        numbers: Callable[[datetime], str] = lambda _now: "",
    ) -> None:
        self._store = store
        self._known = known
        self._agents = agents
        self._clock = clock
        self._words = words
        self._numbers = numbers

    def command(self, command: Command) -> str | None:
        """Answers a command; None where it must ask who the user is, or who has a case."""
        if commands.is_later(command):
            return None
        try:
            return commands.answer(self._asked(command))
        except StrangerError:
            return None

    def _asked(self, command: Command) -> Asked:
        return Asked(command, self._store, self._user, self._agents(), self._clock(), self._numbers)

    def form(self, pressed: Pressed) -> Form | None:
        """Draws the form that a press opens. Who is known not to be allowed gets none, and hears from a worker why."""
        kind = FORMS.get(pressed.action)
        user = self._known(pressed.user)
        if kind is None or (user is not None and not may(user, self._agents(), kind.needs)):
            return None
        with self._look(pressed) as look:
            return kind.draw(look)

    def check(self, pressed: Pressed) -> Mapping[str, str]:
        """Checks what was filled in."""
        with self._look(pressed) as look:
            return FORMS[pressed.action].check(look) if pressed.action in FORMS else {}

    def options(self, searched: Searched) -> tuple[Option, ...]:
        """Finds what fits what was typed."""
        kind = FORMS.get(searched.pressed.action)
        with self._look(searched.pressed) as look:
            return kind.options(look, searched.field, searched.typed) if kind else ()

    def home(self, opened: HomeOpened) -> Home | None:
        """Reads somebody's own page; None where it must be asked who they are."""
        try:
            user = self._user(opened.user)
            with self._store.read() as conn:
                return home(conn, user, self._agents(), self._user, self._clock())
        except StrangerError:
            return None

    @contextmanager
    def _look(self, pressed: Pressed) -> Iterator[Look]:
        """Reads the case that a press is about: named by its value, else the one in whose thread it was."""
        with self._store.read() as conn:
            case = cases.by_id(conn, pressed.value) if pressed.value else None
            case = case or (cases.by_thread(conn, pressed.place, pressed.thread) if pressed.thread else None)
            yield Look(conn, pressed, self._clock(), case, self._known(pressed.user), self._words())

    def _user(self, user_id: str) -> DeskUser:
        user = self._known(user_id)
        if user is None:
            raise StrangerError(user_id)
        return user
