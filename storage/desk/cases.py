"""Cases: what a handoff opened, who holds it, where its thread is."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from core.conversations import CaseState
from core.ids import new_id
from storage.desk.tables import audit, cases, desk_messages
from storage.engine.store import Store


class Case(msgspec.Struct, frozen=True):
    """A case as it is now."""

    number: int
    id: str
    conversation_id: str
    customer_id: str
    state: str
    reason: str
    summary: str
    order_number: str | None
    claimed_by: str | None
    place: str
    thread: str | None
    opened_at: datetime
    claimed_at: datetime | None
    resolved_at: datetime | None


_LOAD = select(cases)
_BY_ID = _LOAD.where(cases.c.id == bindparam("id_"))
_BY_THREAD = _LOAD.where(cases.c.place == bindparam("place_"), cases.c.thread == bindparam("thread_"))


def by_id(conn: Connection, id_: str) -> Case | None:
    """The case."""
    row = conn.execute(_BY_ID, {"id_": id_}).first()
    return Case(*row) if row else None


def by_thread(conn: Connection, place: str, thread: str) -> Case | None:
    """The case whose thread this is."""
    row = conn.execute(_BY_THREAD, {"place_": place, "thread_": thread}).first()
    return Case(*row) if row else None


def open_cases(conn: Connection, limit: int = 50) -> list[Case]:
    """Cases that are not resolved, oldest first."""
    found = conn.execute(_LOAD.where(cases.c.state != CaseState.RESOLVED.value).order_by(cases.c.number).limit(limit))
    return [Case(*row) for row in found]


def row(
    id_: str,
    conversation_id: str,
    customer_id: str,
    reason: str,
    summary: str,
    place: str,
    now: datetime,
    order_number: str | None = None,
) -> dict[str, Any]:
    """A new case."""
    return {
        "id": id_,
        "conversation_id": conversation_id,
        "customer_id": customer_id,
        "state": CaseState.OPEN.value,
        "reason": reason[:64],
        "summary": summary,
        "order_number": order_number,
        "place": place,
        "opened_at": now,
    }


def claim(conn: Connection, case_id: str, user: str, now: datetime) -> bool:
    """One conditional update: true for the one who got it."""
    done = conn.execute(
        update(cases)
        .where(cases.c.id == case_id, cases.c.state == CaseState.OPEN.value)
        .values(state=CaseState.CLAIMED.value, claimed_by=user, claimed_at=now)
    )
    return done.rowcount == 1


def change(conn: Connection, case_id: str, was: tuple[CaseState, ...], **values: Any) -> bool:
    """Changes a case that still is in one of the states `was`; false when somebody was quicker."""
    done = conn.execute(
        update(cases).where(cases.c.id == case_id, cases.c.state.in_([s.value for s in was])).values(**values)
    )
    return done.rowcount == 1


SET_THREAD = update(cases).where(cases.c.id == bindparam("row"), cases.c.thread.is_(None))
SET_THREAD = SET_THREAD.values(thread=bindparam("thread_"))


def desk_message_row(
    place: str, message: str, case_id: str, user: str, text: str, state: str, outbox_id: str | None, now: datetime
) -> dict[str, Any]:
    """What became of an agent's message."""
    return {
        "id": new_id(now),
        "place": place,
        "message": message,
        "case_id": case_id,
        "user": user,
        "text": text,
        "state": state,
        "outbox_id": outbox_id,
        "at": now,
    }


def desk_message(conn: Connection, place: str, message: str) -> Any:
    """The row of an agent's message, or None."""
    return conn.execute(
        select(desk_messages).where(desk_messages.c.place == place, desk_messages.c.message == message)
    ).first()


def held_message(conn: Connection, id_: str) -> Any:
    """A held message by its id, or None."""
    return conn.execute(select(desk_messages).where(desk_messages.c.id == id_)).first()


def release_held(conn: Connection, id_: str, state: str, outbox_id: str | None) -> bool:
    """Ends the holding, once."""
    done = conn.execute(
        update(desk_messages)
        .where(desk_messages.c.id == id_, desk_messages.c.state == "held")
        .values(state=state, outbox_id=outbox_id)
    )
    return done.rowcount == 1


def rewrite_held(conn: Connection, id_: str, text: str) -> None:
    """The agent changed a message that is still held."""
    conn.execute(update(desk_messages).where(desk_messages.c.id == id_).values(text=text))


def has_card_under_way(conn: Connection, place: str) -> bool:
    """Whether a case of this place has no thread yet."""
    waiting = select(cases.c.id).where(cases.c.place == place, cases.c.thread.is_(None)).limit(1)
    return conn.scalar(waiting) is not None


def record(conn: Connection, store: Store, actor: str, action: str, object_: str, now: datetime) -> None:
    """An entry of the audit log."""
    row = {"id": new_id(now), "at": now, "actor": actor, "action": action, "object": object_, "data": None}
    conn.execute(store.insert(audit), row)
