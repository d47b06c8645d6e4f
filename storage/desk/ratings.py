"""Keeps ratings: asked for once after a case, and what was given."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select, update

from storage.desk.tables import ratings
from storage.engine.schema import Moment

CSAT, EFFORT, NPS = "csat", "effort", "nps"


class Rating(msgspec.Struct, frozen=True):
    """A rating as it is now; `score` and `given_at` are None until it is given."""

    id: str
    case_id: str
    conversation_id: str
    customer_id: str
    kind: str
    score: int | None
    asked_at: datetime
    given_at: datetime | None


# The answer to the last question of this kind, as long as it counts.
GIVE = update(ratings).where(
    ratings.c.conversation_id == bindparam("conversation"),
    ratings.c.kind == bindparam("kind_"),
    ratings.c.given_at.is_(None),
    ratings.c.asked_at >= bindparam("since", type_=Moment),
)
GIVE = GIVE.values(score=bindparam("score_"), given_at=bindparam("at"))


def row(id_: str, case_id: str, conversation_id: str, customer_id: str, kind: str, now: datetime) -> dict[str, Any]:
    """Makes the row of a rating that is asked for now."""
    return {
        "id": id_,
        "case_id": case_id,
        "conversation_id": conversation_id,
        "customer_id": customer_id,
        "kind": kind,
        "asked_at": now,
    }


def asked_last(conn: Connection, customer_id: str, kind: str = "") -> datetime | None:
    """Returns when the customer was asked last, for a rating of this kind or of any."""
    asked = select(func.max(ratings.c.asked_at)).where(ratings.c.customer_id == customer_id)
    found: datetime | None = conn.scalar(asked.where(ratings.c.kind == kind) if kind else asked)
    return found


def all_of_conversation(conn: Connection, conversation_id: str) -> list[Rating]:
    """Reads what was asked for in a conversation, oldest first."""
    own = select(ratings).where(ratings.c.conversation_id == conversation_id).order_by(ratings.c.asked_at)
    return [Rating(*row) for row in conn.execute(own)]


def of_conversation(conn: Connection, conversation_id: str) -> Rating | None:
    """Returns the rating that was given last in a conversation."""
    given = select(ratings).where(ratings.c.conversation_id == conversation_id, ratings.c.given_at.is_not(None))
    found = conn.execute(given.order_by(ratings.c.given_at.desc()).limit(1)).first()
    return Rating(*found) if found else None
