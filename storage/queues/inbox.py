"""Makes the rows of what came in, and counts them."""

import hashlib
import logging
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, literal_column, select, update

from core.ids import first_id, micros
from storage.queues.tables import inbox

log = logging.getLogger(__name__)

BIGGEST = 2**63 - 1

PENDING, HANDLED, DEAD, HELD, WAITING = 0, 1, 2, 3, 4
CONVERSATION, RECEIPT, DESK, STORE_LANE, ACCOUNT = "conversation", "receipt", "desk", "store", "account"


class Arrival(msgspec.Struct, frozen=True):
    """Holds a row to be: one item of a webhook. `state` HANDLED or DEAD keeps an item that needs no work."""

    id: str
    source: str
    account: str
    external_id: str
    lane: str
    key: str
    shard: int
    payload: str
    sent_at: datetime
    received_at: datetime
    sequence: int = 0
    state: int = PENDING
    error: str | None = None

    def values(self) -> tuple[Any, ...]:
        """Returns the row, in the order of the INSERT, in a form that both databases take whatever a provider sent."""
        return (
            self.id,
            self.source,
            _fitting(self.account, 64),
            _fitting(self.external_id, 255),
            self.lane,
            _fitting(self.key, 255),
            self.shard,
            self.payload.replace("\0", ""),
            micros(self.sent_at),
            min(self.sequence, BIGGEST),
            micros(self.received_at),
            self.state,
            self.error.replace("\0", "") if self.error else None,
        )


def _fitting(text: str, limit: int) -> str:
    """Removes NUL, which PostgreSQL keeps in no text; of what is too long keeps the beginning and a digest."""
    text = text.replace("\0", "")
    if len(text) <= limit:
        return text
    return f"{text[: limit - 33]}~{hashlib.blake2b(text.encode(errors='replace'), digest_size=16).hexdigest()}"


# Written out, not bound: a partial index is used only when the statement itself says the state.
IS_PENDING = inbox.c.state == literal_column("0")
IS_DEAD = inbox.c.state == literal_column("2")
IS_WAITING = inbox.c.state == literal_column("4")


# What came in, once it is handled and must not be kept.
REDACT = update(inbox).where(inbox.c.id == bindparam("row")).values(payload="{}")


def counts(conn: Connection) -> dict[str, int]:
    """Counts pending and dead rows, for the doctor."""
    pending_rows = conn.scalar(select(func.count()).select_from(inbox).where(IS_PENDING)) or 0
    dead_rows = conn.scalar(select(func.count()).select_from(inbox).where(IS_DEAD)) or 0
    return {"pending": pending_rows, "dead": dead_rows}


def told_after(conn: Connection, since: datetime, id_: str, limit: int) -> list[tuple[str, str]]:
    """Reads (id, payload) of what the store told since then, in the order in which it came, after this id."""
    after = inbox.c.id > max(id_, first_id(since))
    found = select(inbox.c.id, inbox.c.payload).where(inbox.c.lane == STORE_LANE, after)
    return [(row[0], row[1]) for row in conn.execute(found.order_by(inbox.c.id).limit(limit))]


def count_told(conn: Connection, since: datetime) -> int:
    """Counts what the store told since then."""
    told = select(func.count()).select_from(inbox).where(inbox.c.lane == STORE_LANE, inbox.c.id > first_id(since))
    return conn.scalar(told) or 0
