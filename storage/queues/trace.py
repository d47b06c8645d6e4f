"""Finds the rows that one id leads to: what came in, which notices were decided, what went out."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, literal, or_, select, tuple_

from core.ids import first_id
from core.shop.store_events import ORDER
from storage.costs import rows as costs
from storage.costs.rows import Cost
from storage.desk.tables import cases
from storage.notices.tables import notices
from storage.queues.inbox import STORE_LANE
from storage.queues.tables import inbox, outbox, outbox_parts

Rows = Sequence[Any]


class Trail(NamedTuple):
    """Holds rows of the inbox, of notices, of the outbox, of its parts in their order, and what these cost."""

    incoming: Rows
    notices: Rows
    outgoing: Rows
    parts: Rows
    costs: Sequence[Cost]


def follow(conn: Connection, id_: str) -> Trail:
    """Returns what is known of an id: ours, a provider's, a notice's business key, a case's. Empty when nothing is."""
    named = conn.scalars(select(notices.c.id).where(or_(notices.c.id == id_, notices.c.business_key == id_))).all()
    outgoing = _outgoing(conn, id_, named)
    came = incoming(conn, id_, [row.cause_id for row in outgoing if row.cause_id])
    if came and not outgoing:
        causes = [row.id for row in came]
        outgoing = conn.execute(select(outbox).where(outbox.c.cause_id.in_(causes)).order_by(outbox.c.id)).all()
    decided = {*named, *(row.notification_id for row in outgoing if row.notification_id)}
    sent = [row.id for row in outgoing]
    return Trail(
        came,
        conn.execute(select(notices).where(notices.c.id.in_(decided)).order_by(notices.c.id)).all(),
        outgoing,
        _parts(conn, sent),
        costs.of_messages(conn, sent),
    )


def told_of(conn: Connection, order_number: str, since: datetime | None, limit: int) -> Rows:
    """Reads the newest events of the store's systems that are of an order, and came since then; oldest first."""
    asked = select(inbox).where(inbox.c.lane == STORE_LANE, inbox.c.key == f"{ORDER}{order_number}")
    if since is not None:
        asked = asked.where(inbox.c.id >= first_id(since))
    return conn.execute(asked.order_by(inbox.c.id.desc()).limit(limit)).all()[::-1]


def _outgoing(conn: Connection, id_: str, notice_ids: Collection[str]) -> Rows:
    """Finds rows of the outbox, each way by its own index: the table is too long to be read through."""
    found = set(conn.scalars(select(outbox.c.id).where(outbox.c.id == id_)))
    for named in (outbox_parts.c.id == id_, outbox_parts.c.provider_id == id_):
        found |= set(conn.scalars(select(outbox_parts.c.outbox_id).where(named)))
    if notice_ids:
        found |= set(conn.scalars(select(outbox.c.id).where(outbox.c.notification_id.in_(notice_ids))))
    if conn.scalar(select(cases.c.id).where(cases.c.id == id_)) is not None:
        # Nothing of a case is older than the case.
        found |= set(conn.scalars(select(outbox.c.id).where(outbox.c.id >= id_, outbox.c.case_id == id_)))
    return conn.execute(select(outbox).where(outbox.c.id.in_(found)).order_by(outbox.c.id)).all() if found else []


def incoming(conn: Connection, id_: str, causes: Sequence[str] = ()) -> Rows:
    """Finds items of the inbox by our id or the provider's, and those that made something (`causes`)."""
    # A channel's rows are kept as "i:<their id>" (InboundMessage): a receipt with the same id is another row.
    found = set(conn.scalars(select(inbox.c.id).where(inbox.c.id.in_([id_, *causes]))))
    named = inbox.c.external_id.in_([id_, f"i:{id_}", f"u:{id_}"])
    for source, account in _sources(conn):
        here = inbox.c.source == source, inbox.c.account == account
        found |= set(conn.scalars(select(inbox.c.id).where(*here, named)))
    return conn.execute(select(inbox).where(inbox.c.id.in_(found)).order_by(inbox.c.id)).all() if found else []


def _sources(conn: Connection) -> Iterator[tuple[str, str]]:
    """Lists who brings us things, and for which account: by steps through an index, however much was brought."""
    pair = inbox.c.source, inbox.c.account
    asked = select(*pair).order_by(*pair).limit(1)
    row = conn.execute(asked).first()
    while row is not None:
        source, account = row
        yield source, account
        row = conn.execute(asked.where(tuple_(*pair) > tuple_(literal(source), literal(account)))).first()


def _parts(conn: Connection, ids: Sequence[str]) -> Rows:
    ordered = (outbox_parts.c.outbox_id, outbox_parts.c.n)
    return conn.execute(select(outbox_parts).where(outbox_parts.c.outbox_id.in_(ids)).order_by(*ordered)).all()
