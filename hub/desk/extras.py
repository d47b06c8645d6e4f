"""Declares what other rooms answer at the desk, handed over where the lanes are listed: they stand above this one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from core.desk.events import DeskUser, Pressed
from core.desk.glances import ButtonGlance
from core.desk.permissions import Permission
from hub.hub import Hub


class Said(NamedTuple):
    """Holds an answer for one user's eyes."""

    text: str
    buttons: tuple[ButtonGlance, ...] = ()


class ExtraCommand(NamedTuple):
    """Answers a command of `/desk`: it gets the words after its own."""

    answer: Callable[[Hub, str], Said]
    needs: Permission


class ExtraButton(NamedTuple):
    """Carries out a press, in the transaction that marks it as handled."""

    press: Callable[[Hub, Connection, Pressed, DeskUser, datetime], Said]
    needs: Permission


@dataclass(frozen=True)
class Extras:
    """Names commands by their first word, and buttons by their ids."""

    commands: Mapping[str, ExtraCommand]
    buttons: Mapping[str, ExtraButton]
