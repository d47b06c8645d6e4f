"""Declares what other rooms answer at the desk, handed over where the lanes are listed: they stand above this one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from core.cases.desk import ButtonGlance, DeskUser, Pressed
from hub.hub import Hub


class Said(NamedTuple):
    """Holds an answer for one user's eyes."""

    text: str
    buttons: tuple[ButtonGlance, ...] = ()


Press = Callable[[Hub, Connection, Pressed, DeskUser, datetime], Said]


@dataclass(frozen=True)
class Extras:
    """Names commands of `/desk` by their first word, and buttons by the beginning of their ids.

    A command gets the words after its own; a press is carried out in the transaction that marks it as handled.
    """

    commands: Mapping[str, Callable[[Hub, str], Said]]
    buttons: Mapping[str, Press]
