"""Keeps the consent ledger: appended to, never changed; the newest entry of a purpose holds."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from core.ids import new_id
from core.people.addresses import canonical, spellings
from core.people.consent import MARKETING, SERVICE
from storage.engine.prepared import PreparedIn
from storage.people.tables import consents

STORE, OF_ORDER = "customer.updated", "order:"  # sources: the store's word of a customer, or with an order
OPERATOR = "operator"  # the source of an entry made by hand
MOVED = "moved"  # the source of an entry that was first said elsewhere, followed by where that came from
_NONE: Mapping[tuple[str, str], Collection[str]] = {}


class Entry(msgspec.Struct, frozen=True):
    """Holds one entry. `address` is the subject as it was written."""

    channel: str
    address: str
    purpose: str
    granted: bool
    source: str
    proof: str | None
    at: datetime


_ENTRY = (
    consents.c.channel,
    consents.c.subject,
    consents.c.purpose,
    consents.c.granted,
    consents.c.source,
    consents.c.proof,
    consents.c.at,
)

_OF_SUBJECTS = PreparedIn(lambda subjects: select(consents.c.id, *_ENTRY[:5]).where(consents.c.subject.in_(subjects)))


def row(
    channel: str, subject: str, purpose: str, granted: bool, source: str, now: datetime, proof: str | None = None
) -> dict[str, Any]:
    """Makes a new entry. `subject` is the address value; `proof` the words shown or said."""
    return {
        "id": new_id(now),
        "channel": channel,
        "subject": subject,
        "purpose": purpose,
        "granted": granted,
        "source": source[:64],
        "proof": proof,
        "at": now,
    }


def state(
    conn: Connection, subjects: Collection[tuple[str, str]], aliases: Mapping[tuple[str, str], Collection[str]] = _NONE
) -> dict[tuple[str, str, str], tuple[bool, str]]:
    """Reads the newest entries for these (channel, subject): (channel, subject, purpose) -> (granted, source).

    All spellings of a number are one subject; `aliases` are further subjects whose entries count for one.
    """
    asked: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for wanted in subjects:
        for subject in (wanted[1], *aliases.get(wanted, ())):
            asked.setdefault((wanted[0], canonical(subject)), []).append(wanted)
    if not asked:
        return {}
    found = _OF_SUBJECTS.rows(conn, {written for _, subject in asked for written in spellings(subject)})
    newest = {}
    for _, channel, subject, purpose, granted, source in sorted(found):  # ids are in the order of time
        for wanted in asked.get((channel, canonical(subject)), ()):
            newest[(*wanted, purpose)] = (granted, source)
    return newest


def allows(conn: Connection, channel: str, subject: str, purpose: str) -> bool:
    """Tells whether one subject may be written to for this purpose: nobody said no, or a yes came after."""
    return state(conn, {(channel, subject)}).get((channel, subject, purpose), (True, ""))[0]


def entries(conn: Connection, subjects: Collection[tuple[str, str]]) -> list[Entry]:
    """Reads the whole ledger of these (channel, subject), in all their spellings, oldest first."""
    wanted = {(channel, canonical(subject)) for channel, subject in subjects}
    written = {spelling for _, subject in wanted for spelling in spellings(subject)}
    found = conn.execute(select(*_ENTRY).where(consents.c.subject.in_(written)).order_by(consents.c.id))
    return [Entry(*each) for each in found if (each.channel, canonical(each.subject)) in wanted]


def is_stores(source: str) -> bool:
    """Tells whether an entry is the store's word: it may take that back, but not what the customer said."""
    said = source.removeprefix(f"{MOVED}:")
    return said == STORE or said.startswith(OF_ORDER)


def carry(conn: Connection, channel: str, old: str, new: str, now: datetime, *, stops_only: bool = False) -> None:
    """Carries what was said at `old` over to `new`: a STOP of either stays one, and a word said at `new` stands."""
    known = state(conn, {(channel, old), (channel, new)})
    for purpose in (SERVICE, MARKETING):
        before, there = known.get((channel, old, purpose)), known.get((channel, new, purpose))
        if before is None or (before[0] and (there or stops_only)) or (there and there[0] == before[0]):
            continue
        entry = row(channel, new, purpose, before[0], f"{MOVED}:{before[1].removeprefix(f'{MOVED}:')}", now)
        conn.execute(consents.insert(), entry)
