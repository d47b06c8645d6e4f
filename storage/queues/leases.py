"""Leases with deadlines: who works on which ordering key. One conditional upsert takes them all."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, update

from storage.engine.schema import micros
from storage.engine.store import Store
from storage.queues.tables import leases

_TAKE = (
    "INSERT INTO leases (key, owner, until) VALUES {values} "
    "ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, until = excluded.until "
    "WHERE leases.until < {now} RETURNING key"
)


def take(conn: Connection, store: Store, keys: Sequence[str], owner: str, until: datetime, now: datetime) -> set[str]:
    """Those of `keys` that are now ours until `until`; others are in somebody else's hands."""
    if not keys:
        return set()
    mark = "?" if store.is_sqlite else "%s"
    values = ", ".join([f"({mark}, {mark}, {mark})"] * len(keys))
    arguments: list[str | int] = []
    # Sorted, so that two workers that want the same keys wait for one another instead of locking each other out.
    for key in sorted(keys):
        arguments += (key, owner, micros(until))
    arguments.append(micros(now))
    sql = _TAKE.format(values=values, now=mark)
    return {row[0] for row in conn.exec_driver_sql(sql, tuple(arguments))}


def give_back(conn: Connection, keys: Collection[str], owner: str) -> int:
    """Ends our leases; returns how many still were ours, so that a late worker learns it lost its turn."""
    if not keys:
        return 0
    return conn.execute(delete(leases).where(leases.c.key.in_(list(keys)), leases.c.owner == owner)).rowcount


def shorten(conn: Connection, key: str, owner: str, until: datetime) -> None:
    """Our lease ends by itself at this time: whoever comes then may take the key."""
    conn.execute(update(leases).where(leases.c.key == key, leases.c.owner == owner).values(until=until))


def sweep(conn: Connection, now: datetime) -> int:
    """Removes leases that ran out."""
    return conn.execute(delete(leases).where(leases.c.until < now)).rowcount
