"""Chains the audit log: each row's hash covers the row and the hash before, so that no byte changes unseen.

Whoever adds a row pays nothing for it: rows are sealed afterwards, in one transaction at a time, which holds the row
of the chain's head. A row that commits late is sealed late, and nothing is sealed twice.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, bindparam, func, select, type_coerce, update

from storage.desk.tables import audit, audit_head
from storage.engine.store import Store

GROUP = 500
HEAD = 1
_LOWEST = -(2**63)  # that the column takes: a row that somebody numbered below the first is no part of the chain
_COLUMNS = (
    *(audit.c.id, type_coerce(audit.c.at, BigInteger).label("at"), audit.c.actor, audit.c.action, audit.c.object),
    audit.c.data,
)
_UNSEALED = select(*_COLUMNS).where(audit.c.seq.is_(None)).order_by(audit.c.id).limit(GROUP)
_SEAL = (
    update(audit)
    .where(audit.c.id == bindparam("row"), audit.c.seq.is_(None))
    .values(seq=bindparam("number"), hash=bindparam("digest"))
)
_SEALED = (
    select(*_COLUMNS, audit.c.seq, audit.c.hash)
    .where(audit.c.seq > bindparam("after"))
    .order_by(audit.c.seq)
    .limit(GROUP)
)


class Head(msgspec.Struct, frozen=True):
    """Names the last row of the chain."""

    seq: int = 0
    hash: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """Says whether the chain is whole: up to which row, how many are not sealed yet, and what is broken first."""

    sealed: int
    hash: str
    unsealed: int
    broken: str = ""


def seal(conn: Connection, store: Store) -> Head | None:
    """Seals the next group of rows; returns the new head, None where all were sealed."""
    conn.execute(store.insert(audit_head), {"id": HEAD, "seq": 0, "hash": ""})
    row = conn.execute(select(audit_head.c.seq, audit_head.c.hash).with_for_update()).one()
    seq, digest = row.seq, row.hash
    sealed = []
    for each in conn.execute(_UNSEALED):
        seq, digest = seq + 1, digest_of(digest, seq + 1, each)
        sealed.append({"row": each.id, "number": seq, "digest": digest})
    if not sealed:
        return None
    conn.execute(_SEAL, sealed)
    conn.execute(update(audit_head).values(seq=seq, hash=digest))
    return Head(seq, digest)


def verify(conn: Connection, noted: Head | None = None) -> Verdict:
    """Computes the chain anew. `noted` is a head that was written down elsewhere, as the log has it."""
    before = Head()
    for row in _rows(conn):
        if row.seq != before.seq + 1:
            was = f"{before.seq + 1} is missing" if row.seq > before.seq else f"{row.seq} ({row.id}) was slipped in"
            return _broken(conn, before, f"entry {was}")
        if row.hash != digest_of(before.hash, row.seq, row):
            return _broken(conn, before, f"entry {row.seq} ({row.id}) was changed")
        before = Head(row.seq, row.hash)
        if noted and noted.seq == before.seq and noted.hash != before.hash:
            return _broken(conn, before, f"entry {row.seq} is not the one that was noted: all was rewritten")
    kept = conn.execute(select(audit_head.c.seq, audit_head.c.hash)).one_or_none()
    last = max([Head(*kept) if kept else Head(), noted or Head()], key=lambda head: head.seq)
    if last.seq > before.seq:
        return _broken(conn, before, f"entry {before.seq + 1} is missing; the log went on to entry {last.seq}")
    if kept and kept.hash != before.hash:
        return _broken(conn, before, f"the head is another than entry {before.seq}")
    return _broken(conn, before, "")


def digest_of(before: str, seq: int, row: Any) -> str:
    """Hashes a row and the hash before it, in the one form that such a row has."""
    content = [before, seq, row.id, row.at, row.actor, row.action, row.object, row.data]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _broken(conn: Connection, whole: Head, words: str) -> Verdict:
    unsealed = conn.scalar(select(func.count()).select_from(audit).where(audit.c.seq.is_(None))) or 0
    return Verdict(whole.seq, whole.hash, unsealed, words)


def _rows(conn: Connection) -> Iterator[Any]:
    after = _LOWEST
    while rows := conn.execute(_SEALED, {"after": after}).all():
        yield from rows
        after = rows[-1].seq
