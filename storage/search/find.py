"""Finds what was said by all of the words that somebody types, newest first."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from core.content.terms import terms
from storage.people.tables import conversations
from storage.search.tables import search_entries, search_terms

MOST_WORDS = 12
END = 2**31 - 1  # above every number
_COMMON = 5000  # a term with as many entries is common
_AT_ONCE = 500


class Hit(NamedTuple):
    """Names what was found, and where it was said."""

    number: int
    message_id: str
    conversation_id: str


def wanted(conn: Connection, text: str) -> list[str]:
    """Lists the terms of what is looked for, the rarest first: it decides how much is looked at."""
    asked = list(dict.fromkeys(terms(text)))[:MOST_WORDS]
    return sorted(asked, key=lambda term: _frequency(conn, term))


def conversations_having(
    conn: Connection, text: str, where: Sequence[ColumnElement[bool]], before: int = END
) -> Iterator[Hit]:
    """Yields the newest hit of each conversation of which `where` is true, from below the number `before` on."""
    words = wanted(conn, text)
    if not words:
        return
    seen: set[str] = set()
    newer = _newer_hit(words)
    for hit in _hits(conn, words, where, before):
        if hit.conversation_id in seen:
            continue
        seen.add(hit.conversation_id)
        if before == END or conn.scalar(newer, {"place": hit.conversation_id, "from": before}) is None:
            yield hit


def _hits(conn: Connection, words: Sequence[str], where: Sequence[ColumnElement[bool]], before: int) -> Iterator[Hit]:
    first = search_terms.alias()
    found = select(search_entries.c.number, search_entries.c.message_id, search_entries.c.conversation_id)
    found = found.join_from(first, search_entries, search_entries.c.number == first.c.number)
    found = found.where(first.c.term == words[0], *_have(words[1:], first.c.number))
    if where:
        here = conversations.c.id == search_entries.c.conversation_id
        found = found.where(select(conversations.c.id).where(here, *where).correlate(search_entries).exists())
    ordered = found.order_by(first.c.number.desc()).limit(_AT_ONCE)
    while page := conn.execute(ordered.where(first.c.number < before)).all():
        yield from (Hit(*row) for row in page)
        before = page[-1].number


def _newer_hit(words: Sequence[str]) -> Select[tuple[int]]:
    """Asks for a hit in one conversation at a number or above: it stood on a page before."""
    own = search_entries.c.conversation_id == bindparam("place"), search_entries.c.number >= bindparam("from")
    return select(search_entries.c.number).where(*own, *_have(words, search_entries.c.number)).limit(1)


def _have(words: Sequence[str], number: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """Says that an entry has all these terms."""
    others = [search_terms.alias() for _ in words]
    return [
        select(other.c.number).where(other.c.term == word, other.c.number == number).exists()
        for word, other in zip(words, others, strict=True)
    ]


def _frequency(conn: Connection, term: str) -> int:
    some = select(search_terms.c.number).where(search_terms.c.term == term).limit(_COMMON).subquery()
    return conn.scalar(select(func.count()).select_from(some)) or 0
