"""Gathers rows of all tables and writes them in large pieces; makes ids as of the moments that are told."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from core.ids import first_id
from storage.engine.prepared import insert_rows
from storage.engine.store import Store

CHUNK = 50_000
CHANCE_BITS = 44  # of an id: eleven hex digits


class Rows:
    """Takes rows, and writes them whenever there are many; `close` writes the rest."""

    def __init__(self, store: Store, seed: int) -> None:
        self.written = Counter[str]()
        self._store = store
        self._chance = random.Random(seed)
        self._waiting: dict[tuple[Table, tuple[str, ...]], list[Mapping[str, Any]]] = defaultdict(list)
        self._number = 0

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """Takes a row. Those of a table that name the same columns are written together."""
        self._waiting[table, tuple(row)].append(row)
        self.written[table.name] += 1
        self._number += 1
        if self._number >= CHUNK:
            self.close()

    def id_at(self, moment: datetime) -> str:
        """Makes an id as it would have been made at that moment."""
        return f"{first_id(moment)}{self._chance.getrandbits(CHANCE_BITS):011x}"

    def close(self) -> None:
        """Writes what waits."""
        with self._store.write() as conn:
            for (table, _), rows in self._waiting.items():
                if insert_rows(conn, self._store, table, rows) != len(rows):
                    raise ValueError(f"rows of {table.name} were there already")
        self._waiting.clear()
        self._number = 0
