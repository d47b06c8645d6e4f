"""Reads how messages of ours left: each call to the provider with what its receipts proved, by when, and why not."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from storage.queues.tables import outbox, outbox_parts


class Part(NamedTuple):
    """Holds one call. `status` is what receipts said last, at `status_at`; `code` the provider's, where it failed."""

    id: str
    channel: str
    state: str
    tries: int
    started_at: datetime | None
    provider_id: str | None
    status: str | None
    status_at: datetime | None
    code: str | None


class Sending(NamedTuple):
    """Holds what became of one message. `detail`: the provider's own words; `flow`: that said it, by the text
    `response`; `cause_id`: what it answers, as it came in."""

    id: str
    channel: str
    state: str
    attempts: int
    created_at: datetime
    not_before: datetime
    finished_at: datetime | None
    code: str | None
    detail: str | None
    degradations: str | None
    flow: str | None
    response: str | None
    cause_id: str | None
    notification_id: str | None
    parts: tuple[Part, ...]


_PART = [outbox_parts.c[name] for name in Part._fields]
_SENDING = [outbox.c[name] for name in Sending._fields[:-1]]


def of_messages(conn: Connection, ids: Collection[str]) -> dict[str, Sending]:
    """Reads those of these messages that are ours, by id."""
    parts: dict[str, list[Part]] = {}
    own = select(outbox_parts.c.outbox_id, *_PART).where(outbox_parts.c.outbox_id.in_(list(ids)))
    for outbox_id, *part in conn.execute(own.order_by(outbox_parts.c.n)):
        parts.setdefault(outbox_id, []).append(Part(*part))
    rows: Iterable[Any] = conn.execute(select(*_SENDING).where(outbox.c.id.in_(list(ids))))
    return {row.id: Sending(*[*row, tuple(parts.get(row.id, ()))]) for row in rows}
