"""Keeps what flows counted, and counts where customers leave them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, func, select

from core.ids import new_id
from storage.conversations.tables import flow_events
from storage.people.tables import messages

ASKED, ANSWERED = "asked", "answered"
READ = "read"  # what a message was understood as: `step` is the outcome, `detail` the intent and its probability


class Passage(msgspec.Struct, frozen=True):
    """Counts the conversations in which a step's question was asked, and those in which it was answered."""

    asked: int
    answered: int

    @property
    def left(self) -> int:
        """Returns the share of those asked who did not answer, in %, rounded."""
        return round(100 * (self.asked - self.answered) / self.asked) if self.asked else 0


def row(conversation_id: str, name: str, props: Mapping[str, Any], version: str, now: datetime) -> dict[str, Any]:
    """Makes the row of an event; `props` are its `flow`, `step` and `reason`, as far as it has them."""
    return {
        "id": new_id(now),
        "conversation_id": conversation_id,
        "name": name[:32],
        "flow": str(props.get("flow", ""))[:64],
        "step": str(props.get("step", ""))[:64],
        "version": version[:24],
        "detail": str(props.get("reason", ""))[:64],
        "at": now,
    }


def passages(conn: Connection, since: datetime) -> dict[tuple[str, str], Passage]:
    """Counts by (flow, step): in how many conversations it was asked since then, and in how many of these answered."""
    asked, answered = (_conversations(name, since).subquery() for name in (ASKED, ANSWERED))
    same = [asked.c[name] == answered.c[name] for name in ("flow", "step", "conversation_id")]
    counted = (
        select(asked.c.flow, asked.c.step, func.count(), func.count(answered.c.conversation_id))
        .select_from(asked.outerjoin(answered, same[0] & same[1] & same[2]))
        .group_by(asked.c.flow, asked.c.step)
    )
    return {(flow, step): Passage(*counts) for flow, step, *counts in conn.execute(counted)}


class Event(NamedTuple):
    """Holds what happened to a flow, and when: the moment of the turn."""

    at: datetime
    name: str
    flow: str
    step: str
    detail: str

    @property
    def likely(self) -> tuple[str, float]:
        """Returns the intent that a message was read as, and how probable it was; of a `READ` alone."""
        intent, _, p = self.detail.rpartition(" ")
        return intent, float(p)


def of_turns(conn: Connection, conversation_id: str, moments: Collection[datetime]) -> dict[datetime, list[Event]]:
    """Reads what happened in these turns of a conversation, in order."""
    asked = select(*(flow_events.c[name] for name in Event._fields)).where(flow_events.c.at.in_(list(moments)))
    found: dict[datetime, list[Event]] = {}
    for row in conn.execute(asked.where(flow_events.c.conversation_id == conversation_id).order_by(flow_events.c.id)):
        found.setdefault(row.at, []).append(Event(*row))
    return found


def behind(conn: Connection, ids: Collection[str]) -> list[Event]:
    """Reads what happened in the turns that made these messages (by our ids), in order."""
    turn = (flow_events.c.conversation_id == messages.c.conversation_id) & (flow_events.c.at == messages.c.at)
    made = select(flow_events.c.id).join_from(messages, flow_events, turn).where(messages.c.id.in_(list(ids)))
    asked = select(*(flow_events.c[name] for name in Event._fields)).where(flow_events.c.id.in_(made))
    return [Event(*row) for row in conn.execute(asked.order_by(flow_events.c.id))]


def forget(conn: Connection, before: datetime) -> None:
    """Removes what is older."""
    conn.execute(delete(flow_events).where(flow_events.c.at < before))


def _conversations(name: str, since: datetime) -> Any:
    found = select(flow_events.c.flow, flow_events.c.step, flow_events.c.conversation_id)
    return found.where(flow_events.c.name == name, flow_events.c.at >= since).distinct()
