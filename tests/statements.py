"""Listens to the statements that are prepared once and go to the driver: SQLAlchemy's events do not see them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from storage.engine import prepared


@contextmanager
def listening(hear: Callable[[str, list[Any]], None]) -> Iterator[None]:
    """Calls `hear` with the text and the values of each statement before it runs; what it raises is the database's."""
    run = prepared._run

    def heard(conn: Any, text: Any, values: Any, *, many: bool = False) -> Any:
        hear(text.sql, [value for each in values for value in each] if many else list(values))
        return run(conn, text, values, many=many)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared, "_run", heard)
        yield
