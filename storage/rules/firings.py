"""Keeps the firings of rules: each rule once for a subject, for good; and what guards held back so far."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from storage.engine.store import Store
from storage.rules.tables import rule_firings as table

FIRED, HELD = "fired", "held"
CUSTOMER = "customer"
PORTION = 300  # keys of one statement


class Key(NamedTuple):
    """Says which firing: of this rule, for this subject. A customer's `subject_id` is our id."""

    rule: str
    subject: str
    subject_id: str


class Firing(msgspec.Struct, frozen=True):
    """Holds a row. `facts`: what the condition read, by name; `did`: what came of each deed."""

    id: str
    rule: str
    subject: str
    subject_id: str
    state: str
    reason: str
    at: datetime
    event: str
    facts: dict[str, Any]
    did: list[dict[str, Any]]
    digest: str
    depth: int
    customer_id: str
    order_number: str | None
    case_id: str | None = None

    @property
    def key(self) -> Key:
        """Returns which firing it is."""
        return Key(self.rule, self.subject, self.subject_id)


def states(conn: Connection, keys: Collection[Key]) -> dict[Key, str]:
    """Reads the state of those of these firings that are known: FIRED or HELD.

    A customer's are found by whose they are, so that they outlast a merge.
    """
    found: dict[Key, str] = {}
    listed = list(keys)
    for start in range(0, len(listed), PORTION):
        found |= _states(conn, listed[start : start + PORTION])
    return found


def _states(conn: Connection, keys: Sequence[Key]) -> dict[Key, str]:
    rules = {each.rule for each in keys}
    people = {each.subject_id for each in keys if each.subject == CUSTOMER}
    others = {each.subject_id for each in keys if each.subject != CUSTOMER}
    which = or_(
        and_(table.c.subject == CUSTOMER, table.c.customer_id.in_(list(people))),
        and_(table.c.subject != CUSTOMER, table.c.subject_id.in_(list(others))),
    )
    columns = table.c.rule, table.c.subject, table.c.subject_id, table.c.customer_id, table.c.state
    wanted: set[Key] = set(keys)
    found: dict[Key, str] = {}
    for rule, subject, subject_id, customer_id, state in conn.execute(
        select(*columns).where(table.c.rule.in_(list(rules)), which)
    ):
        key = Key(rule, subject, customer_id if subject == CUSTOMER else subject_id)
        if key in wanted and found.get(key) != FIRED:
            found[key] = state
    return found


def add(conn: Connection, store: Store, rows: Sequence[Firing]) -> frozenset[str]:
    """Keeps firings; returns the ids of those that are new. A firing takes the place of what was held back before."""
    if not rows:
        return frozenset()
    fired = [each.key for each in rows if each.state == FIRED]
    if fired:
        held = [{"rule_": each.rule, "subject_": each.subject, "subject_id_": each.subject_id} for each in fired]
        conn.execute(_END_HELD, held)
    written = [
        {
            **msgspec.structs.asdict(each),
            "facts": msgspec.json.encode(each.facts).decode(),
            "did": msgspec.json.encode(each.did).decode(),
        }
        for each in rows
    ]
    if conn.execute(store.insert(table), written).rowcount == len(rows):
        return frozenset(each.id for each in rows)
    return frozenset(conn.scalars(select(table.c.id).where(table.c.id.in_([each.id for each in rows]))))


_END_HELD = delete(table).where(
    table.c.rule == bindparam("rule_"),
    table.c.subject == bindparam("subject_"),
    table.c.subject_id == bindparam("subject_id_"),
    table.c.state == HELD,
)


def done(conn: Connection, came: Mapping[str, tuple[list[dict[str, Any]], str | None]]) -> None:
    """Writes what came of firings, by id: (what each deed did, the case that was opened or added to)."""
    if came:
        rows = [
            {"row": id_, "did_": msgspec.json.encode(did).decode(), "case_": case_id}
            for id_, (did, case_id) in came.items()
        ]
        conn.execute(_DONE, rows)


_DONE = update(table).where(table.c.id == bindparam("row")).values(did=bindparam("did_"), case_id=bindparam("case_"))


def times(
    conn: Connection, rules: Collection[str], customers: Collection[str], since: datetime
) -> dict[tuple[str, str], list[datetime]]:
    """Reads when these rules fired for these customers since then: (rule, customer's id) -> times, oldest first."""
    theirs = (table.c.customer_id.in_(list(customers)), table.c.rule.in_(list(rules)))
    fired = select(table.c.rule, table.c.customer_id, table.c.at)
    fired = fired.where(*theirs, table.c.at > since, table.c.state == FIRED).order_by(table.c.at)
    found: dict[tuple[str, str], list[datetime]] = {}
    for rule, customer_id, at in conn.execute(fired):
        found.setdefault((rule, customer_id), []).append(at)
    return found


def depths(conn: Connection, case_ids: Collection[str]) -> dict[str, int]:
    """Reads how deep in a chain of rules these cases were opened, or added to; without those no rule had to do with."""
    deepest = select(table.c.case_id, func.max(table.c.depth)).where(table.c.case_id.in_(list(case_ids)))
    return {row[0]: row[1] for row in conn.execute(deepest.group_by(table.c.case_id))}


def of_order(conn: Connection, number: str, limit: int) -> list[Firing]:
    """Reads the newest firings about an order, its parcels and returns, oldest first."""
    return _read(conn, table.c.order_number == number, limit)


def of_customers(conn: Connection, ids: Collection[str], limit: int) -> list[Firing]:
    """Reads the newest firings for these customers, oldest first."""
    return _read(conn, table.c.customer_id.in_(list(ids)), limit)


def of_case(conn: Connection, case_id: str, limit: int) -> list[Firing]:
    """Reads the newest firings that opened a case, added to it or were about it, oldest first."""
    about = and_(table.c.subject == "case", table.c.subject_id == case_id)
    return _read(conn, or_(table.c.case_id == case_id, about), limit)


def _read(conn: Connection, which: Any, limit: int) -> list[Firing]:
    columns = [table.c[name] for name in Firing.__struct_fields__]
    found = select(*columns).where(which).order_by(table.c.id.desc()).limit(limit)
    return [_firing(row) for row in conn.execute(found)][::-1]


def _firing(row: Any) -> Firing:
    kept = row._asdict()
    return Firing(**{**kept, "facts": msgspec.json.decode(kept["facts"]), "did": msgspec.json.decode(kept["did"])})
