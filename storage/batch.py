"""What one unit of work wants written, collected first and executed together."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.dml import Update
from sqlalchemy.sql.schema import Table

from storage.engine import Store


class Batch:
    """Rows to insert by table and prepared updates with their parameters; `apply` runs each as one executemany."""

    def __init__(self) -> None:
        self._inserts: dict[Table, list[dict[str, Any]]] = {}
        self._updates: dict[int, tuple[Update, list[dict[str, Any]]]] = {}

    def insert(self, table: Table, row: dict[str, Any]) -> None:
        """A new row; one whose unique key exists is left as it is. All rows of a table name the same columns."""
        self._inserts.setdefault(table, []).append(row)

    def update(self, statement: Update, parameters: dict[str, Any]) -> None:
        """An update kept as a module constant, so that equal ones run together."""
        self._updates.setdefault(id(statement), (statement, []))[1].append(parameters)

    def apply(self, conn: Connection, store: Store) -> None:
        """Inserts, then updates."""
        for table, rows in self._inserts.items():
            conn.execute(store.insert(table), rows)
        for statement, parameters in self._updates.values():
            conn.execute(statement, parameters)

    def merge(self, other: "Batch") -> None:
        """Takes over what `other` collected."""
        for table, rows in other._inserts.items():
            self._inserts.setdefault(table, []).extend(rows)
        for key, (statement, parameters) in other._updates.items():
            self._updates.setdefault(key, (statement, []))[1].extend(parameters)

    def __bool__(self) -> bool:
        return bool(self._inserts or self._updates)
