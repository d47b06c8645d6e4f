"""Keeps leases with deadlines: which worker has which shard, and which ordering keys rest for a while."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select

from core.ids import micros
from storage.engine.store import Store
from storage.queues.tables import leases

SHARD, WORKER = "shard:", "worker:"

_TAKE = (
    "INSERT INTO leases (key, owner, until) VALUES {values} "
    "ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, until = excluded.until "
    "WHERE leases.owner = excluded.owner OR leases.until < {now} RETURNING key"
)
_REST = "rest"


class Lease(msgspec.Struct, frozen=True):
    """Holds who has what, until when."""

    key: str
    owner: str
    until: datetime


def take(conn: Connection, store: Store, keys: Sequence[str], owner: str, until: datetime, now: datetime) -> set[str]:
    """Takes or prolongs leases until `until`; returns those of `keys` that are ours, and not another worker's."""
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


def give_back(conn: Connection, keys: Collection[str], owner: str) -> None:
    """Ends our leases, so that another worker may take them at once."""
    if keys:
        conn.execute(delete(leases).where(leases.c.key.in_(list(keys)), leases.c.owner == owner))


def workers_and_shards(conn: Connection) -> list[Lease]:
    """Lists every worker's own lease and every shard's, also those that ran out."""
    found = select(leases.c.key, leases.c.owner, leases.c.until)
    ranges = [leases.c.key.startswith(prefix, autoescape=True) for prefix in (SHARD, WORKER)]
    return [Lease(*row) for row in conn.execute(found.where(ranges[0] | ranges[1]))]


def rest(conn: Connection, store: Store, until: Mapping[str, datetime]) -> None:
    """Lets ordering keys rest: nothing of theirs is handed out before that time."""
    if until:
        rows = [{"key": key, "owner": _REST, "until": at} for key, at in sorted(until.items())]
        conn.execute(store.upsert(leases, ("key",), ("owner", "until")), rows)


def end_rest(conn: Connection, until: Mapping[str, datetime]) -> None:
    """Ends the rest of these keys, where it still is the one that was to last until then."""
    for key, at in sorted(until.items()):
        conn.execute(delete(leases).where(leases.c.key == key, leases.c.owner == _REST, leases.c.until == at))


def sweep(conn: Connection, now: datetime) -> int:
    """Removes leases that ran out."""
    return conn.execute(delete(leases).where(leases.c.until < now)).rowcount
