"""Finds the case that a command names by its number, and locks its conversation."""

from collections.abc import Callable

from hub.desk import wording
from hub.desk.act import Act
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case


def on_case(act: Act, words: str, do: Callable[[Act, Case, Conversation, str], None]) -> None:
    """Does something to the case whose number comes first in `words`; the rest of them is handed on."""
    number, _, rest = words.strip().partition(" ")
    case = cases.by_written(act.conn, number)
    who = conversations.by_id(act.conn, case.conversation_id, lock=True) if case else None
    again = cases.by_id(act.conn, case.id) if case and who else None  # somebody may have been quicker
    if again is None or who is None:
        act.answer(wording.no_case(number))
    else:
        do(act, again, who, rest.strip())
