"""Finds customers who turned out to be one: who each of them is now, and who belongs together."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from storage.people.tables import customers, merges


def survivors(conn: Connection, ids: Iterable[str], *, lock: bool = False) -> dict[str, str]:
    """Finds who each of these customers is now. With `lock` nobody merges them before the transaction ends.

    Raises LookupError for a customer who does not exist.
    """
    wanted = set(ids)
    found = select(customers.c.id, customers.c.merged_into).where(customers.c.id.in_(wanted)).order_by(customers.c.id)
    rows = conn.execute(found.with_for_update(read=True) if lock else found).all()
    if len(rows) != len(wanted):
        raise LookupError("there is no such customer")
    return {row.id: row.merged_into or row.id for row in rows}


def members(conn: Connection, id_: str) -> list[str]:
    """Lists the customer and everybody who was merged into them."""
    found, fresh = [id_], [id_]
    while fresh:
        into = select(merges.c.gone_id).where(merges.c.kept_id.in_(fresh), merges.c.undone_at.is_(None))
        fresh = [gone for gone in conn.scalars(into) if gone not in found]
        found += fresh
    return found


def known_as(conn: Connection, ids: Collection[str]) -> list[Row[Any]]:
    """Reads the names, e-mails and phones of these, also of those who turned out to be somebody else."""
    asked = select(customers.c.name, customers.c.email, customers.c.phone).where(customers.c.id.in_(list(ids)))
    return list(conn.execute(asked))


def parted(conn: Connection, one: str, other: str) -> bool:
    """Tells whether an operator took back a merge of these two."""
    here, there = members(conn, one), members(conn, other)
    pairs = or_(
        and_(merges.c.kept_id.in_(here), merges.c.gone_id.in_(there)),
        and_(merges.c.kept_id.in_(there), merges.c.gone_id.in_(here)),
    )
    return conn.scalar(select(merges.c.id).where(pairs, merges.c.undone_at.is_not(None)).limit(1)) is not None
