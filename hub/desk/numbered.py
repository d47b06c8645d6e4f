"""Finds the case that a command names by its number, and locks its conversation."""

from collections.abc import Callable

from hub.desk import wording
from hub.desk.act import Act
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case
from storage.desk.locking import locked


def on_case(act: Act, words: str, do: Callable[[Act, Case, Conversation, str], None]) -> None:
    """Does something to the case whose number comes first in `words`; the rest of them is handed on."""
    number, _, rest = words.strip().partition(" ")
    if found := locked(act.conn, cases.by_written(act.conn, number)):
        do(act, *found, rest.strip())
    else:
        act.answer(wording.no_case(number))
