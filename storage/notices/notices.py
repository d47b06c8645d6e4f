"""Notices and what was decided about each, kept as a trace."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, literal_column, select, update

from core.ids import new_id
from storage.engine.store import Store
from storage.notices.tables import notices

HELD, QUEUED, SENT, FAILED, SKIPPED = "held", "queued", "sent", "failed", "skipped"


class NoticeRow(msgspec.Struct, frozen=True):
    """A notice as it stands. `data` is the planner's notice, `tried` the keys of addresses that failed for good."""

    id: str
    business_key: str
    kind: str
    customer_id: str
    order_number: str | None
    data: str
    state: str
    reason: str
    channel: str | None
    tried: tuple[str, ...]
    trace: list[dict[str, Any]]


_LOAD = select(
    notices.c.id,
    notices.c.business_key,
    notices.c.kind,
    notices.c.customer_id,
    notices.c.order_number,
    notices.c.data,
    notices.c.state,
    notices.c.reason,
    notices.c.channel,
    notices.c.tried,
    notices.c.trace,
)
# Written out, not bound: a partial index is used only when the statement itself says the state.
IS_HELD = notices.c.state == literal_column(f"'{HELD}'")
_BY_ID = _LOAD.where(notices.c.id == bindparam("id_"))


def add(
    conn: Connection,
    store: Store,
    business_key: str,
    kind: str,
    category: str,
    customer_id: str,
    data: str,
    now: datetime,
    *,
    order_number: str | None = None,
    shipment_id: str | None = None,
    expires_at: datetime | None = None,
) -> str | None:
    """Registers a notice; None when one with this business key is there already: nobody is told twice."""
    row = {
        "id": new_id(now),
        "business_key": business_key,
        "kind": kind,
        "category": category,
        "customer_id": customer_id,
        "order_number": order_number,
        "shipment_id": shipment_id,
        "data": data,
        "state": HELD,
        "not_before": now,
        "expires_at": expires_at,
        "created_at": now,
    }
    return str(row["id"]) if conn.execute(store.insert(notices), row).rowcount == 1 else None


def by_id(conn: Connection, id_: str, *, lock: bool = False) -> NoticeRow | None:
    """One notice; with `lock` nobody else decides about it until the transaction ends."""
    row = conn.execute(_BY_ID.with_for_update() if lock else _BY_ID, {"id_": id_}).first()
    return _row(row) if row else None


def keys_of_order(conn: Connection, order_number: str) -> frozenset[str]:
    """Business keys of all notices of an order."""
    return frozenset(conn.scalars(select(notices.c.business_key).where(notices.c.order_number == order_number)))


def known_keys(conn: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Those of `keys` that are notices already."""
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        chunk = list(keys[start : start + 500])
        found.update(conn.scalars(select(notices.c.business_key).where(notices.c.business_key.in_(chunk))))
    return frozenset(found)


def due(conn: Connection, now: datetime, limit: int = 500) -> list[NoticeRow]:
    """Held notices whose time has come."""
    found = _LOAD.where(IS_HELD, notices.c.not_before <= now)
    return [_row(row) for row in conn.execute(found.order_by(notices.c.not_before).limit(limit))]


def record(
    conn: Connection,
    notice: NoticeRow,
    state: str,
    reason: str,
    now: datetime,
    *,
    channel: str | None = None,
    not_before: datetime | None = None,
    tried: Sequence[str] | None = None,
    refusals: Sequence[tuple[str, str]] = (),
    assumed: Sequence[tuple[str, str]] = (),
) -> None:
    """Writes a decision and appends it to the trace.

    `refusals`: (channel, reason) of addresses not taken; `assumed`: (what, value) that nobody told of the customer.
    """
    entry: dict[str, Any] = {
        "at": now.isoformat(timespec="seconds"),
        "state": state,
        "reason": reason,
        "channel": channel,
    }
    if refusals:
        entry["refused"] = [f"{where}: {why}" for where, why in refusals]
    if assumed:
        entry["assumed"] = dict(assumed)
    conn.execute(
        update(notices)
        .where(notices.c.id == notice.id)
        .values(
            state=state,
            reason=reason,
            channel=channel,
            not_before=not_before,
            tried=json.dumps(list(notice.tried if tried is None else tried)),
            trace=json.dumps([*notice.trace, {k: v for k, v in entry.items() if v}]),
        )
    )


def _row(row: Any) -> NoticeRow:
    values = dict(row._mapping)
    return NoticeRow(**{**values, "tried": tuple(json.loads(values["tried"])), "trace": json.loads(values["trace"])})
