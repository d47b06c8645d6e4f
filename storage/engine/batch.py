"""Collects what one unit of work wants written, and executes it together."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.dml import Update
from sqlalchemy.sql.schema import Table

from storage.engine.store import Store


class Batch:
    """Collects rows by table, and prepared updates with their parameters; `apply` runs each as one executemany.

    What needs to see them written comes after: a function that gets the connection.
    """

    def __init__(self) -> None:
        self._inserts: dict[Table, list[dict[str, Any]]] = {}
        self._updates: dict[int, tuple[Update, list[dict[str, Any]]]] = {}
        self._after: list[Callable[[Connection], object]] = []

    def insert(self, table: Table, row: dict[str, Any]) -> None:
        """Adds a row; one whose unique key exists is left as it is. All rows of a table name the same columns."""
        self._inserts.setdefault(table, []).append(row)

    def update(self, statement: Update, parameters: dict[str, Any]) -> None:
        """Adds an update kept as a module constant, so that equal ones run together."""
        self._updates.setdefault(id(statement), (statement, []))[1].append(parameters)

    def after(self, act: Callable[[Connection], object]) -> None:
        """Adds what is done in the same transaction once all rows are written, in the order in which it was added."""
        self._after.append(act)

    def apply(self, conn: Connection, store: Store) -> None:
        """Inserts, then updates, then what comes after."""
        for table, rows in self._inserts.items():
            conn.execute(store.insert(table), rows)
        for statement, parameters in self._updates.values():
            conn.execute(statement, parameters)
        for act in self._after:
            act(conn)

    def merge(self, other: "Batch") -> None:
        """Takes over what `other` collected."""
        for table, rows in other._inserts.items():
            self._inserts.setdefault(table, []).extend(rows)
        for key, (statement, parameters) in other._updates.items():
            self._updates.setdefault(key, (statement, []))[1].extend(parameters)
        self._after += other._after

    def __bool__(self) -> bool:
        return bool(self._inserts or self._updates or self._after)
