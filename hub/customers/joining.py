"""Makes one of two customers, and hands over what was under way in a conversation."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.people.conversations import Owner
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.people import customers, families, merges, moves
from storage.queues import waits
from storage.shop import stock_alerts


def join(conn: Connection, one: str, other: str, reason: str, now: datetime) -> str | None:
    """Makes one customer of two; returns their id, or None when they must stay two.

    They stay two when the store has an account for each, or when an operator has parted them before. The one with an
    account is kept, else the one known first.
    """
    now_is = families.survivors(conn, (one, other))
    if now_is[one] == now_is[other]:
        return now_is[one]
    accounts = customers.accounts(conn, now_is.values())
    kept, gone = sorted(accounts, key=lambda id_: (accounts[id_] is None, id_))
    if all(accounts.values()) or families.parted(conn, kept, gone):
        return None
    merges.merge(conn, kept, gone, reason, now)
    return kept


def hand_over(conn: Connection, was: Conversation, now: Conversation) -> None:
    """Hands what was under way in one conversation to the other: agent and case, proofs, an unfinished flow."""
    heard = max(filter(None, (was.last_inbound_at, now.last_inbound_at)), default=None)
    grants = tuple(dict.fromkeys((*was.grants, *now.grants)))
    taken: dict[str, Any] = {"last_inbound_at": heard}
    left: dict[str, Any] = {}
    if was.case_id and not now.case_id and now.owner == Owner.BOT:
        taken |= {"owner": was.owner, "case_id": was.case_id}
        left |= {"owner": Owner.BOT.value, "case_id": None}
        moves.move_cases(conn, was.id, now.id)
    if now.session:
        waits.forget(conn, [was.id])
    else:
        waits.move(conn, was.id, now.id)
    stock_alerts.move(conn, was.id, now.id)
    conversations.carry_on(conn, now.id, now.session or was.session, grants, **taken)
    conversations.carry_on(conn, was.id, "", (), **left)
