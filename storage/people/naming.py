"""Finds customers by what they are called: by words that begin as what is typed does, Chinese by any part of a name.

Whoever writes a name does no more: `take_in` makes it found by its words a moment later. Until then `by_name` looks at
it by itself: a partial index lists the few names that are not taken in yet.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, delete, select, text, update

from core.content.terms import indexed, terms
from core.locales import HAN
from storage.engine.store import Store
from storage.people.tables import customer_terms, customers

SHORTEST = 2  # letters of a word that is looked for
MOST_WORDS = 8
FRESH = 500  # names looked at that are not taken in yet, the newest first
_LAST = "\U0010ffff"  # after every sign
# Written out, not bound: the partial index is used only when the statement itself says so.
_RENAMED = text("customers.name != customers.named")


def by_name(conn: Connection, written: str, limit: int) -> list[str]:
    """Finds the ids of customers in whose names all these words begin one, newest first."""
    words = [word for word in dict.fromkeys(terms(written)) if len(word) >= SHORTEST or HAN.match(word)][:MOST_WORDS]
    if not words:
        return []
    found = {*_taken_in(conn, words, limit), *_fresh(conn, words)}
    return sorted(found, reverse=True)[:limit]


def take_in(conn: Connection, store: Store, limit: int, after: str = "") -> str | None:
    """Makes the next `limit` customers after this id be found by their names of now; returns the id to go on from, None
    where there are no more.

    They are locked, so that nobody is erased meanwhile.
    """
    new = select(customers.c.id, customers.c.name).where(_RENAMED, customers.c.id > after)
    rows = conn.execute(new.order_by(customers.c.id).limit(limit).with_for_update()).all()
    if not rows:
        return None
    forget(conn, [row.id for row in rows])
    pairs = [{"term": term, "customer_id": row.id} for row in rows for term in sorted(indexed(row.name))]
    if pairs:
        conn.execute(store.insert(customer_terms), pairs)
    taken = update(customers).where(customers.c.id.in_([row.id for row in rows])).values(named=customers.c.name)
    conn.execute(taken)
    return rows[-1].id if len(rows) == limit else None


def forget(conn: Connection, ids: Collection[str]) -> None:
    """Lets these customers be found by no name; whoever erases them has written the name first."""
    conn.execute(delete(customer_terms).where(customer_terms.c.customer_id.in_(list(ids))))


def _taken_in(conn: Connection, words: Sequence[str], limit: int) -> list[str]:
    """Goes through the customers whom the longest word finds."""
    first, *others = sorted(words, key=len, reverse=True)
    own = customer_terms.alias()
    found = select(own.c.customer_id).distinct().join(customers, customers.c.id == own.c.customer_id)
    is_so_called = customers.c.name == customers.c.named
    found = found.where(_begins(own.c.term, first), customers.c.merged_into.is_(None), is_so_called)
    for word in others:
        other = customer_terms.alias()
        same = other.c.customer_id == own.c.customer_id
        found = found.where(select(other.c.term).where(same, _begins(other.c.term, word)).exists())
    return list(conn.scalars(found.order_by(own.c.customer_id.desc()).limit(limit)))


def _fresh(conn: Connection, words: Sequence[str]) -> list[str]:
    new = select(customers.c.id, customers.c.name, customers.c.merged_into).where(_RENAMED)
    rows = conn.execute(new.order_by(customers.c.id.desc()).limit(FRESH)).all()
    return [row.id for row in rows if row.merged_into is None and _has_all(indexed(row.name), words)]


def _has_all(known: Collection[str], words: Sequence[str]) -> bool:
    return all(any(term.startswith(word) for term in known) for word in words)


def _begins(term: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return (term >= word) & (term < word + _LAST)
