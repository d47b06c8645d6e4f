"""Describes a chart: drawn in the browser from these numbers, and shown as a table beside it."""

from collections.abc import Sequence
from typing import Any

import msgspec


class Series(msgspec.Struct, frozen=True):
    """One line, or one kind of bars. None is a gap."""

    name: str
    values: Sequence[float | None]


class Chart(msgspec.Struct, frozen=True):
    """A chart. `unit`: that of the definitions; `kind`: line, bar, stacked, across (bars that lie); `target`: a line
    that is to be reached; `hrefs`: where a click on each label leads.
    """

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = "count"
    kind: str = "line"
    target: float | None = None
    currency: str = ""
    hrefs: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Tells whether there is nothing to draw."""
        return not any(value is not None for each in self.series for value in each.values)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Returns the columns of its table, beside that of the labels."""
        return [(each.name, "number") for each in self.series]

    def data(self) -> Any:
        """Makes what the browser draws from."""
        return msgspec.to_builtins(self)
