"""Reads all rows of an installation, and writes them into another, whichever database either has."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Integer,
    column,
    func,
    insert,
    inspect,
    select,
    table,
    text,
    type_coerce,
)
from sqlalchemy.types import NullType, TypeEngine

from storage.engine.schema import Moment
from storage.engine.store import Store
from storage.queues.tables import leases
from storage.tables import metadata

# What a process has now, or a provider tells again: made anew by an installation that has nothing else yet.
PASSING = frozenset(("leases", "timers", "templates", "incidents"))
GROUP = 500


def tables() -> dict[str, list[str]]:
    """Returns the columns of each table that is worth keeping."""
    return {
        str(each.name): [str(c.name) for c in each.columns]
        for each in metadata.sorted_tables
        if each.name != leases.name
    }


def dump(conn: Connection, name: str) -> Iterator[list[Any]]:
    """Reads a table: plain values, moments as microseconds, days as text."""
    own = metadata.tables[name]
    columns = [type_coerce(c, BigInteger).label(c.name) if isinstance(c.type, Moment) else c for c in own.columns]
    asked = select(*columns).order_by(*own.primary_key)
    for row in conn.execution_options(yield_per=GROUP).execute(asked):
        yield [value.isoformat() if isinstance(value, date) else value for value in row]


def count(conn: Connection) -> int:
    """Counts the rows that `dump` reads, for the progress."""
    return sum(conn.scalar(select(func.count()).select_from(metadata.tables[name])) or 0 for name in tables())


def load(conn: Connection, name: str, columns: Sequence[str], rows: Iterable[list[Any]]) -> Iterator[int]:
    """Writes a table, in groups; yields how many rows each had."""
    types = [_type(name, each) for each in columns]
    into = table(name, *(column(each, type_) for each, type_ in zip(columns, types, strict=True)))
    makers = [_maker(conn, type_) for type_ in types]
    rest = iter(rows)
    while group := list(islice(rest, GROUP)):
        made = [{c: make(v) for c, make, v in zip(columns, makers, row, strict=True)} for row in group]
        conn.execute(insert(into), made)
        yield len(group)
    _go_on_counting(conn, name)


def occupied(store: Store, now: datetime) -> str:
    """Says what keeps a database from being restored into; empty when nothing does."""
    with store.read() as conn:
        there = set(inspect(conn).get_table_names()) & set(metadata.tables)
        for name in sorted(there - PASSING):
            if conn.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first():  # noqa: S608 - a name of ours
                return f"it is not empty ({name})"
        if leases.name in there and conn.scalar(select(leases.c.key).where(leases.c.until > now).limit(1)):
            return "a Doorstep works on it; stop that first (one that was killed is gone after some seconds)"
    return ""


def clear(store: Store) -> None:
    """Removes our tables, which are empty: what is restored brings the schema it was made with."""
    with store.write() as conn:
        there = set(inspect(conn).get_table_names())
        for name in sorted(there & {*metadata.tables, "alembic_version"}):
            conn.execute(text(f"DROP TABLE {name}"))


def _type(name: str, column_name: str) -> TypeEngine[Any]:
    known = metadata.tables.get(name)
    found: Column[Any] | None = known.columns.get(column_name) if known is not None else None
    if found is None:  # a migration that follows makes something else of it
        return NullType()
    return BigInteger() if isinstance(found.type, Moment) else found.type


def _maker(conn: Connection, type_: TypeEngine[Any]) -> Any:
    if isinstance(type_, Date):
        return lambda value: date.fromisoformat(value) if value else None
    if conn.dialect.name == "postgresql":  # which keeps no NUL in a text
        return lambda value: value.replace("\0", "") if isinstance(value, str) else value
    return lambda value: value


def _go_on_counting(conn: Connection, name: str) -> None:
    """Lets a table that counts its rows by itself go on after the last one (PostgreSQL; SQLite does)."""
    own = metadata.tables.get(name)
    counted = own.autoincrement_column if own is not None else None
    if conn.dialect.name != "postgresql" or counted is None or not isinstance(counted.type, Integer):
        return
    asked = (
        "SELECT setval(pg_get_serial_sequence(:table, :column), max(number)) FROM (SELECT max({0}) AS number FROM {1})"
    )
    asked = asked.format(counted.name, name) + " AS newest WHERE number IS NOT NULL"
    conn.execute(text(asked), {"table": name, "column": counted.name})
