"""Finds customers by what they are called."""

from sqlalchemy import Connection, func, select

from storage.people.tables import customers

SHORTEST = 2  # letters of a name that is looked for


def by_name(conn: Connection, written: str, limit: int) -> list[str]:
    """Finds the ids of customers whose name has all these words in it, newest first."""
    words = [word for word in written.casefold().split() if len(word) >= SHORTEST]
    if not words:
        return []
    has_all = [func.lower(customers.c.name).contains(word, autoescape=True) for word in words]
    found = select(customers.c.id).where(*has_all, customers.c.merged_into.is_(None))
    return list(conn.scalars(found.order_by(customers.c.id.desc()).limit(limit)))
