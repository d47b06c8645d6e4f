"""Declares what a form of the desk is: what opens it, how it is drawn, and what may be wrong with what is filled in.

Imports neither flows nor notices: forms are drawn by the web and socket processes (tests/bots/test_imports.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from sqlalchemy import Connection

from core.desk.events import DeskUser, Pressed
from core.desk.forms import Form, Option
from core.desk.permissions import Permission
from core.desk.ready_texts import Answer
from core.desk.saved_replies import SavedReply
from storage.desk.cases import Case


@dataclass(frozen=True)
class Words:
    """Holds what the store decides and forms show: the saved replies, the shop's name and zone, whether there is a
    translation hook. `answers` reads those of `faq.yaml` for the form that shows them.
    """

    saved: tuple[SavedReply, ...] = ()
    shop: str = ""
    zone: tzinfo = UTC
    answers: Callable[[], Sequence[Answer]] = tuple
    translates: bool = False
    channels: tuple[tuple[str, str], ...] = ()  # ids, with their names for people


@dataclass(frozen=True)
class Look:
    """Holds what a form is drawn from: the press that opens it, with what is filled in so far, the rows and files.

    `user` is None for one whom no worker has looked up yet.
    """

    conn: Connection
    pressed: Pressed
    now: datetime
    case: Case | None = None
    user: DeskUser | None = None
    words: Words = Words()

    def value(self, field: str) -> str:
        """Returns what is filled in there; empty for nothing."""
        return self.pressed.values.get(field, "")


def _no_mistakes(_look: Look) -> Mapping[str, str]:
    return {}


def _no_options(_look: Look, _field: str, _typed: str) -> tuple[Option, ...]:
    return ()


@dataclass(frozen=True)
class FormKind:
    """Describes one form, declared as FORM in its file in `hub.desk.forms`.

    Its id is that of the button or shortcut that opens it, whose press is carried out with what was filled in
    (`Pressed.values`); `needs` is what that press needs. `draw` returns None where the press needs no form, or is
    answered by the present state.
    """

    id: str
    draw: Callable[[Look], Form | None]
    needs: Permission
    check: Callable[[Look], Mapping[str, str]] = _no_mistakes
    options: Callable[[Look, str, str], tuple[Option, ...]] = _no_options
