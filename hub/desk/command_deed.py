"""Declares what a command of `/desk` that changes something is."""

from collections.abc import Callable
from dataclasses import dataclass

from core.desk.permissions import Permission
from hub.desk.act import Act


@dataclass(frozen=True)
class CommandDeed:
    """Describes what a word does, declared as DEED in its file in `hub.desk.deeds`.

    `do` gets the words after the command's own, in the transaction that marks it as handled, and answers.
    """

    do: Callable[[Act, str], None]
    needs: Permission
