"""Reads what customers were sent lately, for the caps."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import BindParameter, Connection, and_, bindparam, or_, select

from storage.engine.schema import Moment
from storage.notices.notices import QUEUED, SENT
from storage.notices.tables import notices


class Sent(msgspec.Struct, frozen=True):
    """Holds a notice that the customer was sent `at`, or (None) that is on its way."""

    customer_id: str
    business_key: str
    kind: str
    category: str
    at: datetime | None


def sent_lately(conn: Connection, customer_ids: Collection[str], sorts: Collection[str], since: datetime) -> list[Sent]:
    """Reads what these customers were sent since then, and what is on its way to them, in the order in which it was
    registered; of these categories or kinds only."""
    if not customer_ids or not sorts:
        return []
    asked = {"ids": list(customer_ids), "sorts": list(sorts), "since": since}
    return [
        Sent(row.customer_id, row.business_key, row.kind, row.category, row.decided_at if row.state == SENT else None)
        for row in conn.execute(_SENT_LATELY, asked)
    ]


_SORTS: BindParameter[str] = bindparam("sorts", expanding=True)
_SENT_LATELY = (
    select(
        notices.c.customer_id,
        notices.c.business_key,
        notices.c.kind,
        notices.c.category,
        notices.c.state,
        notices.c.decided_at,
    )
    .where(
        notices.c.customer_id.in_(bindparam("ids", expanding=True)),
        or_(notices.c.category.in_(_SORTS), notices.c.kind.in_(_SORTS)),
        or_(
            notices.c.state == QUEUED,
            and_(notices.c.state == SENT, notices.c.decided_at > bindparam("since", type_=Moment)),
        ),
    )
    .order_by(notices.c.id)
)
