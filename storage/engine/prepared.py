"""Prepares the hot path's statements once, as the driver's own text.

SQLAlchemy names the tables and columns and writes the SQL for both databases; running a statement through it costs a
quarter of a millisecond each time, most of it spent on building what never changes. Everything that is not on the way
of each message stays with `Connection.execute`.

    _DUE = Prepared(select(outbox.c.id).where(outbox.c.not_before <= bindparam("now")))
    ids = [id_ for (id_,) in _DUE.rows(conn, now=now)]

    _STATES = PreparedIn(lambda ids: select(outbox.c.id, outbox.c.state).where(outbox.c.id.in_(ids)))
    states = dict(_STATES.rows(conn, ["a", "b"]))
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.schema import Table

from storage.engine.store import Store

Convert = Callable[[Any], Any]
Row = tuple[Any, ...]
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # of the lists after IN: each size is a statement that the driver knows


class Prepared:
    """A statement with named parameters, without `IN` but of literal columns. `columns` are those an INSERT names."""

    def __init__(self, statement: Executable, columns: Iterable[str] | None = None) -> None:
        self._statement = statement
        self._columns = None if columns is None else tuple(columns)
        self._compiled: dict[str, _Text] = {}

    def rows(self, conn: Connection, **parameters: Any) -> list[Row]:
        """Reads all rows, as tuples of the columns' own types. Raises sqlalchemy.exc.DBAPIError."""
        text = self._text(conn)
        cursor = _run(conn, text, text.values(parameters))
        try:
            return text.converted(cursor.fetchall())
        finally:
            cursor.close()

    def first(self, conn: Connection, **parameters: Any) -> Row | None:
        """Reads the first row. Raises sqlalchemy.exc.DBAPIError."""
        return next(iter(self.rows(conn, **parameters)), None)

    def run(self, conn: Connection, many: Sequence[Mapping[str, Any]]) -> int:
        """Runs it for each of `many`; returns how many rows it changed. Raises sqlalchemy.exc.DBAPIError."""
        text = self._text(conn)
        if len(many) == 1:
            cursor = _run(conn, text, text.values(many[0]))
        else:
            cursor = _run(conn, text, [text.values(each) for each in many], many=True)
        try:
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def _text(self, conn: Connection) -> "_Text":
        name = conn.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _Text(self._statement, conn.dialect, self._columns)
        return self._compiled[name]


class PreparedIn:
    """A statement with one list after IN, prepared for lists of fixed sizes; a shorter list repeats its last value."""

    def __init__(self, build: Callable[[list[BindParameter[Any]]], Executable]) -> None:
        self._build = build
        self._sized: dict[int, Prepared] = {}

    def rows(self, conn: Connection, values: Collection[Any], **parameters: Any) -> list[Row]:
        """Reads all rows for the values; none without values. Raises sqlalchemy.exc.DBAPIError."""
        found: list[Row] = []
        for statement, listed in self._portions(values):
            found += statement.rows(conn, **listed, **parameters)
        return found

    def run(self, conn: Connection, values: Collection[Any], **parameters: Any) -> int:
        """Runs it for the values; returns how many rows it changed. Raises sqlalchemy.exc.DBAPIError."""
        return sum(statement.run(conn, [{**listed, **parameters}]) for statement, listed in self._portions(values))

    def _portions(self, values: Collection[Any]) -> Iterable[tuple[Prepared, dict[str, Any]]]:
        every = list(values)
        for first in range(0, len(every), SIZES[-1]):
            some = every[first : first + SIZES[-1]]
            size = next(size for size in SIZES if size >= len(some))
            some += [some[-1]] * (size - len(some))
            yield self._of(size), {f"in_{n}": value for n, value in enumerate(some)}

    def _of(self, size: int) -> Prepared:
        if size not in self._sized:
            self._sized[size] = Prepared(self._build([bindparam(f"in_{n}") for n in range(size)]))
        return self._sized[size]


_inserts: dict[tuple[Table, tuple[str, ...], str], Prepared] = {}


def insert_rows(conn: Connection, store: Store, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts rows that all name the same columns, but for those whose unique key exists; returns how many were new."""
    key = (table, tuple(rows[0]), conn.dialect.name)
    if key not in _inserts:
        _inserts[key] = Prepared(store.insert(table), rows[0])
    return _inserts[key].run(conn, rows)


class _Text:
    """A statement in one database's words."""

    def __init__(self, statement: Executable, dialect: Dialect, columns: tuple[str, ...] | None) -> None:
        make: Any = type(dialect)
        ours: Dialect = make(paramstyle="qmark" if dialect.name == "sqlite" else "format")
        compiled: Any = statement.compile(dialect=ours, column_keys=columns)  # type: ignore[attr-defined]
        self.sql = str(compiled)
        given = compiled.params
        self._parameters = [
            (name, _to_database(compiled.binds[name].type, ours), given[name]) for name in compiled.positiontup or ()
        ]
        types = [column.type for column in _returned(statement)]
        self._converts = [(n, convert) for n, type_ in enumerate(types) if (convert := _from_database(type_, ours))]

    def values(self, parameters: Mapping[str, Any]) -> Row:
        """Puts the parameters in the order of the text; what is not given is the statement's own."""
        given = parameters.get
        made = [
            given(name, own) if convert is None else convert(given(name, own))
            for name, convert, own in self._parameters
        ]
        return tuple(made)

    def converted(self, rows: list[Any]) -> list[Row]:
        """Turns what the driver read into the columns' own types."""
        if not self._converts:
            return rows
        made = []
        for row in rows:
            changed = list(row)
            for n, convert in self._converts:
                changed[n] = convert(changed[n])
            made.append(tuple(changed))
        return made


def _returned(statement: Any) -> Sequence[Any]:
    if statement.is_select:
        return list(statement.selected_columns)
    return list(getattr(statement, "_returning", ()) or ())


def _to_database(type_: Any, dialect: Dialect) -> Convert | None:
    convert: Convert | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _from_database(type_: Any, dialect: Dialect) -> Convert | None:
    convert: Convert | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return convert


def _run(conn: Connection, text: _Text, values: Any, *, many: bool = False) -> Any:
    """Executes a statement; returns the driver's cursor. Its errors are SQLAlchemy's, as everywhere."""
    driver: Any = conn.connection.driver_connection
    try:
        if not many:
            return driver.execute(text.sql, values)
        cursor = driver.cursor()
        cursor.executemany(text.sql, values)
    except conn.dialect.loaded_dbapi.Error as error:
        lost = conn.dialect.is_disconnect(error, driver, None)
        if lost:
            conn.invalidate(error)
        raise DBAPIError.instance(
            text.sql,
            None,
            error,
            conn.dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=conn.dialect,
        ) from error
    return cursor
