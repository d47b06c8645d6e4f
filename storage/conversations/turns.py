"""Saves a conversation at the end of a turn, if it still is as it was read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, select, update

from core.people.conversations import Grant, decode_grants, encode_grants
from storage.conversations.conversations import Conversation
from storage.engine.prepared import PreparedIn
from storage.people.tables import conversations
from storage.people.tables import customers as customers_table
from storage.queues.outbox import IS_OPEN
from storage.queues.tables import outbox

_STATE = select(
    conversations.c.id,
    conversations.c.key,
    conversations.c.customer_id,
    conversations.c.owner,
    conversations.c.case_id,
    conversations.c.session,
    conversations.c.last_inbound_at,
    conversations.c.grants,
)


def unchanged(conn: Connection, turns: Collection[Conversation]) -> frozenset[str] | None:
    """Tells whether all are still as they were read, in everything that SAVE_TURN writes and rows of a turn rest on.

    None when one has changed; else the keys of those to whom something is still to be sent. From now on nobody else
    changes them before the transaction ends.
    """
    now_is = {row[0]: row for row in _UNCHANGED.rows(conn, [turn.id for turn in turns])}
    if not all(turn.id in now_is and _is_same(now_is[turn.id], turn) for turn in turns):
        return None
    return frozenset(key for _, key, *_, busy in now_is.values() if busy)


_UNCHANGED = PreparedIn(
    lambda ids: (
        _STATE.add_columns(exists().where(outbox.c.key == conversations.c.key, IS_OPEN).label("busy"))
        .where(conversations.c.id.in_(ids))
        .order_by(conversations.c.id)
        .with_for_update(of=conversations)
    )
)


def _is_same(row: tuple[Any, ...], turn: Conversation) -> bool:
    _, key, customer_id, owner, case_id, session, last_inbound_at, grants, _ = row
    return (key, customer_id, owner, case_id, session, last_inbound_at) == (
        turn.key,
        turn.customer_id,
        turn.owner,
        turn.case_id,
        turn.session,
        turn.last_inbound_at,
    ) and decode_grants(grants) == turn.grants


SAVE_TURN = update(conversations).where(conversations.c.id == bindparam("row"))
SAVE_TURN = SAVE_TURN.values(
    session=bindparam("session_"),
    grants=bindparam("grants_"),
    owner=bindparam("owner_"),
    case_id=bindparam("case_"),
    last_inbound_at=bindparam("inbound"),
    route=bindparam("route_"),
)
SAVE_PROFILE = update(customers_table).where(customers_table.c.id == bindparam("row"))
# What the store, or the provider, told meanwhile of their name and locale stays.
SAVE_PROFILE = SAVE_PROFILE.values(
    name=func.coalesce(func.nullif(customers_table.c.name, ""), bindparam("name_")),
    locale=func.coalesce(func.nullif(customers_table.c.locale, ""), bindparam("locale_")),
    language=bindparam("language_"),
)


def turn_parameters(
    conversation: Conversation,
    session: str,
    owner: str,
    case_id: str | None,
    grants: Sequence[Grant],
    inbound: datetime | None,
    route: str,
) -> dict[str, Any]:
    """Makes the parameters of SAVE_TURN."""
    return {
        "row": conversation.id,
        "session_": session,
        "grants_": encode_grants(grants),
        "owner_": owner,
        "case_": case_id,
        "inbound": inbound,
        "route_": route or None,
    }
