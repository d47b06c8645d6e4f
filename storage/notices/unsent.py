"""Reads the notices that customers did not get, or do not have yet."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from core.ids import first_id
from storage.notices.notices import FAILED, HELD, SKIPPED, NoticeRow, by_ids
from storage.notices.tables import notices


def unsent(conn: Connection, customer_ids: Collection[str], since: datetime, until: datetime) -> list[NoticeRow]:
    """Reads those to these customers that were registered in that time, oldest first."""
    own = select(notices.c.id).where(notices.c.customer_id.in_(list(customer_ids)))
    between = notices.c.id >= first_id(since), notices.c.id < first_id(until)
    found = conn.scalars(own.where(*between, notices.c.state.in_((HELD, SKIPPED, FAILED)))).all()
    return by_ids(conn, found) if found else []
