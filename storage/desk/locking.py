"""Locks a case by its conversation, as all who change a case do first: agents, clocks, commands, the bot."""

from sqlalchemy import Connection

from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case


def locked(conn: Connection, case: Case | None) -> tuple[Case, Conversation] | None:
    """Locks the conversation of a case until the transaction ends, and returns both as they then are.

    Whoever was quicker may have changed the case, or moved it to another conversation (a merge), while we waited; None
    where there is nothing of it any more.
    """
    while case:
        who = conversations.by_id(conn, case.conversation_id, lock=True)
        case = cases.by_id(conn, case.id) if who else None
        if case and who and case.conversation_id == who.id:
            return case, who
    return None
