"""Finds the words of product names that a misspelt word means."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select

from core.shop.catalogue import like
from storage.shop.tables import product_terms

LOOKED_AT = 3000

_BEGINNING = (
    select(product_terms.c.term)
    .distinct()
    .where(product_terms.c.term >= bindparam("first"), product_terms.c.term < bindparam("last"))
    .limit(LOOKED_AT)
)


def nearest_terms(conn: Connection, wanted: Collection[str]) -> set[str]:
    """Finds for each word the known ones that it may be misspelt from."""
    found: set[str] = set()
    for term in wanted:
        if term.startswith("w:") and term[2:3].isascii() and term[2:3].isalpha():
            known = conn.scalars(_BEGINNING, {"first": term[:3], "last": f"w:{chr(ord(term[2]) + 1)}"})
            found |= like(term, known)
    return found
