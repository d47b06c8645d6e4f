"""Writes the terms of what was said, and takes them away: what is erased is found no more."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from core.content.terms import indexed
from core.ids import first_id, moment_of
from storage.desk import messages as desk
from storage.desk.tables import cases, desk_messages
from storage.engine.store import Store
from storage.people.tables import messages
from storage.search.tables import search_entries, search_terms

_ENTRY_OF = search_entries.c.message_id == bindparam("message")
_PAIR = search_terms.c.term == bindparam("word"), search_terms.c.number == bindparam("entry")


def add_new(conn: Connection, store: Store, since: datetime, limit: int) -> datetime | None:
    """Makes the next `limit` messages since then be found that are not yet; where there were as many, the time of the
    last one, from which to go on."""
    found = sorted([*_said(conn, since, limit), *_kept_inside(conn, since, limit)])[:limit]
    _write(conn, store, found)
    return moment_of(found[-1][0]) if len(found) == limit else None


def change(conn: Connection, store: Store, since: datetime) -> None:
    """Makes messages that were changed or removed since then be found by what they are now."""
    touched = or_(messages.c.edited_at >= since, messages.c.deleted_at >= since)
    now_said = {row.id: row.text for row in conn.execute(select(messages.c.id, messages.c.text).where(touched))}
    before = select(search_entries).where(search_entries.c.message_id.in_(list(now_said)))
    changed = [row for row in conn.execute(before) if row.terms != _written(now_said[row.message_id])]
    _take_away(conn, changed)
    for row in changed:
        terms = _written(now_said[row.message_id])
        conn.execute(update(search_entries).where(_ENTRY_OF).values(terms=terms), {"message": row.message_id})
        _point(conn, store, row.number, terms)


def forget(conn: Connection, conversation_ids: Collection[str]) -> None:
    """Removes all of these conversations."""
    own = search_entries.c.conversation_id.in_(list(conversation_ids))
    _take_away(conn, conn.execute(select(search_entries).where(own)).all())
    conn.execute(delete(search_entries).where(own))


def _said(conn: Connection, since: datetime, limit: int) -> list[tuple[str, str, str]]:
    """Reads messages of the timeline: (id, conversation, text). Locked, so that they are not erased meanwhile."""
    asked = select(messages.c.id, messages.c.conversation_id, messages.c.text)
    asked = asked.where(messages.c.id >= first_id(since), messages.c.text != "", ~_has_entry(messages.c.id))
    return [tuple(row) for row in conn.execute(asked.order_by(messages.c.id).limit(limit).with_for_update(read=True))]


def _kept_inside(conn: Connection, since: datetime, limit: int) -> list[tuple[str, str, str]]:
    """Reads notes, and what did not go out: (id, conversation, text)."""
    asked = select(desk_messages.c.id, cases.c.conversation_id, desk_messages.c.text)
    asked = asked.join(cases, cases.c.id == desk_messages.c.case_id).where(desk_messages.c.id >= first_id(since))
    asked = asked.where(desk_messages.c.state != desk.SENT, desk_messages.c.text != "", ~_has_entry(desk_messages.c.id))
    locked = asked.order_by(desk_messages.c.id).limit(limit).with_for_update(read=True, of=desk_messages)
    return [tuple(row) for row in conn.execute(locked)]


def _has_entry(id_: Any) -> Any:
    return select(search_entries.c.number).where(search_entries.c.message_id == id_).exists()


def _write(conn: Connection, store: Store, found: Sequence[tuple[str, str, str]]) -> None:
    if not found:
        return
    rows = [{"message_id": id_, "conversation_id": place, "terms": _written(text)} for id_, place, text in found]
    conn.execute(store.insert(search_entries), rows)
    ids = [row["message_id"] for row in rows]
    written = select(search_entries.c.number, search_entries.c.terms).where(search_entries.c.message_id.in_(ids))
    pairs = [pair for number, terms in conn.execute(written) for pair in _pairs(number, terms)]
    if pairs:
        conn.execute(store.insert(search_terms), pairs)


def _point(conn: Connection, store: Store, number: int, terms: str) -> None:
    if pairs := _pairs(number, terms):
        conn.execute(store.insert(search_terms), pairs)


def _take_away(conn: Connection, entries: Iterable[Any]) -> None:
    gone = [
        {"word": pair["term"], "entry": pair["number"]} for row in entries for pair in _pairs(row.number, row.terms)
    ]
    if gone:
        conn.execute(delete(search_terms).where(*_PAIR), gone)


def _pairs(number: int, terms: str) -> list[dict[str, Any]]:
    return [{"term": term, "number": number} for term in terms.split()]


def _written(text: str) -> str:
    return " ".join(sorted(indexed(text)))
