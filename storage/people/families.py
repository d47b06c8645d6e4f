"""Finds customers who turned out to be one: who each of them is now, and who belongs together."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, or_, select

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
    return members_of(conn, [id_])[id_]


def members_of(conn: Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    """Lists of each of these customers themselves, and everybody who was merged into them; in one statement."""
    found = {id_: [id_] for id_ in ids}
    for row in conn.execute(_MEMBERS, {"ids": list(found)}):
        if row.member not in found[row.kept]:
            found[row.kept].append(row.member)
    return found


def _members() -> Select[Any]:
    merged = merges.c.undone_at.is_(None)
    own = select(merges.c.kept_id.label("kept"), merges.c.gone_id.label("member"))
    family = own.where(merges.c.kept_id.in_(bindparam("ids", expanding=True)), merged).cte("family", recursive=True)
    further = select(family.c.kept, merges.c.gone_id).join(merges, merges.c.kept_id == family.c.member).where(merged)
    return select(family.union(further))  # whoever changed their number is "merged" with themselves: told once


_MEMBERS = _members()


def parted(conn: Connection, one: str, other: str) -> bool:
    """Tells whether an operator took back a merge of these two."""
    here, there = members(conn, one), members(conn, other)
    pairs = or_(
        and_(merges.c.kept_id.in_(here), merges.c.gone_id.in_(there)),
        and_(merges.c.kept_id.in_(there), merges.c.gone_id.in_(here)),
    )
    return conn.scalar(select(merges.c.id).where(pairs, merges.c.undone_at.is_not(None)).limit(1)) is not None
