"""Collects what one unit of work wants written, and writes it together."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.schema import Table

from storage.engine.prepared import Prepared, insert_rows
from storage.engine.store import Store

_UPDATES: dict[Update | Delete, Prepared] = {}


class Batch:
    """Collects rows by table, and prepared updates with their parameters; `apply` runs each as one executemany.

    What needs to see them written comes after, as values that whoever commits the batch carries out.
    """

    def __init__(self) -> None:
        self._inserts: dict[Table, list[dict[str, Any]]] = {}
        self._updates: dict[Update | Delete, list[dict[str, Any]]] = {}
        self.consequences: list[object] = []

    def insert(self, table: Table, row: dict[str, Any]) -> None:
        """Adds a new row; one whose unique key exists is left as it is. All rows of a table name the same columns."""
        self._inserts.setdefault(table, []).append(row)

    def inserted(self, table: Table) -> Sequence[dict[str, Any]]:
        """Gives the new rows of a table, in the order in which they were wanted."""
        return self._inserts.get(table, ())

    def update(self, statement: Update | Delete, parameters: dict[str, Any]) -> None:
        """Adds an update or removal, kept as a module constant, so that equal ones run together."""
        self._updates.setdefault(statement, []).append(parameters)

    def after(self, consequence: object) -> None:
        """Adds what is to be carried out in the same transaction once all rows are written."""
        self.consequences.append(consequence)

    def apply(self, conn: Connection, store: Store) -> None:
        """Writes inserts, then updates."""
        for table, rows in self._inserts.items():
            insert_rows(conn, store, table, rows)
        for statement, parameters in self._updates.items():
            if statement not in _UPDATES:
                _UPDATES[statement] = Prepared(statement)
            _UPDATES[statement].run(conn, parameters)

    def merge(self, other: "Batch") -> None:
        """Takes over what `other` collected."""
        for table, rows in other._inserts.items():
            self._inserts.setdefault(table, []).extend(rows)
        for statement, parameters in other._updates.items():
            self._updates.setdefault(statement, []).extend(parameters)
        self.consequences += other.consequences

    def __bool__(self) -> bool:
        return bool(self._inserts or self._updates or self.consequences)
