"""Keeps campaigns and what state each is in; each change says from which states it leads."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, update

from storage.campaigns.tables import campaigns, recipients
from storage.engine.store import Store

DRAFT, APPROVED, SCHEDULED, RUNNING, PAUSED = "draft", "approved", "scheduled", "running", "paused"
DONE, CANCELLED, LATE = "done", "cancelled", "late"
QUEUED, TOLD, HELD_OUT, MERGED = "queued", "told", "held_out", "merged"  # states of recipients


class Campaign(msgspec.Struct, frozen=True):
    """Holds a campaign. `hold_out` in percent; `preview` is JSON."""

    id: str
    kind: str
    segment: str
    created_by: str
    created_at: datetime
    state: str = DRAFT
    template: str = ""
    hold_out: int = 0
    at: datetime | None = None
    latest_start: datetime | None = None
    reason: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    frozen_to: str | None = None
    frozen_at: datetime | None = None
    preview: str | None = None
    previewed_at: datetime | None = None
    card: str | None = None
    pressed_at: datetime | None = None


_LOAD = select(*(campaigns.c[name] for name in Campaign.__struct_fields__))
_BY_ID = _LOAD.where(campaigns.c.id == bindparam("id_"))
_STATES = select(campaigns.c.id, campaigns.c.state).where(campaigns.c.id.in_(bindparam("ids", expanding=True)))


def add(conn: Connection, store: Store, campaign: Campaign) -> bool:
    """Adds a campaign; false where its id is taken."""
    return conn.execute(store.insert(campaigns), msgspec.structs.asdict(campaign)).rowcount == 1


def by_id(conn: Connection, id_: str, *, lock: bool = False) -> Campaign | None:
    """Reads a campaign. With `lock` nobody changes its state before the transaction ends."""
    row = conn.execute(_BY_ID.with_for_update() if lock else _BY_ID, {"id_": id_}).first()
    return Campaign(*row) if row else None


def listed(conn: Connection, limit: int, before: str = "") -> list[Campaign]:
    """Reads the newest campaigns; `before` is the id of the last one that was read."""
    newest = _LOAD.order_by(campaigns.c.created_at.desc(), campaigns.c.id.desc()).limit(limit)
    last = by_id(conn, before) if before else None
    if last:
        newest = newest.where(
            (campaigns.c.created_at < last.created_at)
            | ((campaigns.c.created_at == last.created_at) & (campaigns.c.id < last.id))
        )
    return [Campaign(*row) for row in conn.execute(newest)]


def states(conn: Connection, ids: Collection[str]) -> dict[str, str]:
    """Reads the states of campaigns."""
    return {row.id: row.state for row in conn.execute(_STATES, {"ids": list(ids)})} if ids else {}


def change(conn: Connection, id_: str, **values: Any) -> None:
    """Writes these columns."""
    conn.execute(update(campaigns).where(campaigns.c.id == id_).values(**values))


def any_due(conn: Connection, now: datetime) -> bool:
    """Tells whether a campaign is to begin, or runs and has somebody to tell."""
    waiting = exists().where(recipients.c.campaign_id == campaigns.c.id, recipients.c.state == QUEUED)
    runs = campaigns.c.state == RUNNING
    begins = and_(campaigns.c.state == SCHEDULED, campaigns.c.at <= now)
    return conn.scalar(select(campaigns.c.id).where(or_(begins, and_(runs, waiting))).limit(1)) is not None


def counts(conn: Connection, id_: str) -> dict[str, int]:
    """Counts its recipients by state."""
    found = select(recipients.c.state, func.count()).where(recipients.c.campaign_id == id_).group_by(recipients.c.state)
    return {row.state: row[1] for row in conn.execute(found)}
