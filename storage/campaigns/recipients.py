"""Keeps whom a campaign goes to: written down once, set by set, and marked when each is told."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal, literal_column, null, select, update

from storage.campaigns.campaigns import HELD_OUT, QUEUED
from storage.campaigns.tables import campaigns, recipients
from storage.engine.prepared import Prepared
from storage.engine.store import Store
from storage.people.tables import customers

# Written out, not bound: a partial index is used only when the statement itself says the state.
_IS_QUEUED = recipients.c.state == literal_column(f"'{QUEUED}'")


def write_down(
    conn: Connection, store: Store, id_: str, segment: ColumnElement[bool], after: str, limit: int
) -> str | None:
    """Writes down the next customers of a segment, in the order of their ids; returns the last, None for none.

    Nobody who turned out to be another customer is among them.
    """
    meant = select(literal(id_), customers.c.id, literal(QUEUED), null()).where(
        customers.c.id > after, customers.c.merged_into.is_(None), segment
    )
    columns = ["campaign_id", "customer_id", "state", "notice_id"]
    conn.execute(store.insert(recipients).from_select(columns, meant.order_by(customers.c.id).limit(limit)))
    last = select(func.max(recipients.c.customer_id)).where(recipients.c.campaign_id == id_)
    found: str | None = conn.scalar(last)
    return found if found and found > after else None


def hold_out(conn: Connection, id_: str, ids: Collection[str]) -> None:
    """Leaves these recipients out: they are told nothing, and compared with the others later."""
    if ids:
        conn.execute(_HOLD_OUT, [{"campaign": id_, "customer": each} for each in ids])


_MINE = (recipients.c.campaign_id == bindparam("campaign"), recipients.c.customer_id == bindparam("customer"))
_HOLD_OUT = update(recipients).where(*_MINE).values(state=HELD_OUT)


def between(conn: Connection, id_: str, after: str, limit: int, *, only_queued: bool = False) -> list[str]:
    """Lists the next recipients, in the order of their ids."""
    statement = _QUEUED_AFTER if only_queued else _AFTER
    return [customer for (customer,) in statement.rows(conn, campaign=id_, after=after, limit=limit)]


_NEXT = (
    select(recipients.c.customer_id)
    .where(recipients.c.campaign_id == bindparam("campaign"), recipients.c.customer_id > bindparam("after"))
    .order_by(recipients.c.customer_id)
    .limit(bindparam("limit"))
)
_AFTER = Prepared(_NEXT.where(recipients.c.state != literal_column(f"'{HELD_OUT}'")))
_QUEUED_AFTER = Prepared(_NEXT.where(_IS_QUEUED))


def still_queued(conn: Connection, id_: str, ids: Collection[str]) -> list[str]:
    """Lists those of these recipients who have not been told meanwhile."""
    mine = (recipients.c.campaign_id == id_, recipients.c.customer_id.in_(list(ids)), _IS_QUEUED)
    return list(conn.scalars(select(recipients.c.customer_id).where(*mine)))


def mark(conn: Connection, id_: str, told: Sequence[tuple[str, str, str | None]]) -> None:
    """Marks recipients: (customer, their state from now on, the id of their notice)."""
    _MARK.run(
        conn,
        [
            {"campaign": id_, "customer": customer, "state_": state, "notice": notice_id}
            for customer, state, notice_id in told
        ],
    )


_MARK = Prepared(
    update(recipients).where(*_MINE, _IS_QUEUED).values(state=bindparam("state_"), notice_id=bindparam("notice"))
)


def frozen(conn: Connection, id_: str, last: str | None, at: datetime | None) -> None:
    """Notes up to whom the recipients are written down, and (`at`) that all are."""
    conn.execute(update(campaigns).where(campaigns.c.id == id_).values(frozen_to=last, frozen_at=at))
