"""Writes measures, in place of what was measured before of the same, and takes out whom they lead to."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, delete

from storage.engine.store import Store
from storage.insight.tables import measures

_KEY = ("metric", "subject")
_REST = tuple(each.name for each in measures.c if each.name not in _KEY)


def replace(
    conn: Connection, store: Store, metrics: Collection[str], about: Collection[str], rows: Sequence[Any]
) -> None:
    """Writes what these metrics measure about these customers, cases or other rows, in place of what was."""
    own = measures.c.about.in_(list(about)), measures.c.metric.in_(list(metrics))
    conn.execute(delete(measures).where(*own))
    if rows:
        conn.execute(store.upsert(measures, _KEY, _REST), list(rows))  # of a customer who was merged they are there


def forget(conn: Connection, customer_ids: Collection[str], conversation_ids: Collection[str]) -> None:
    """Leaves numbers of these customers and conversations without a way back to them."""
    for column, ids in ((measures.c.about, customer_ids), (measures.c.conversation_id, conversation_ids)):
        conn.execute(measures.update().where(column.in_(list(ids))).values(about="", conversation_id=""))
