"""Lists what a page can be filtered by, in words: what there is on the days that are shown."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from insights.metrics.labels import label
from storage.desk import agents
from storage.engine.store import Store
from storage.insight.counting import Span
from storage.insight.groups import groups

FRESH = timedelta(minutes=1)
MOST = 50  # spans that are remembered

Options = dict[str, list[tuple[str, str]]]  # [(value, words), …] by the name of the filter


class Known(NamedTuple):
    """Holds what there is on some days, and how agents are called."""

    read_at: datetime
    groups: Mapping[str, list[str]]
    names: Mapping[str, str]


class Choices:
    """Remembers for a minute what there is."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[Span, Known] = {}

    def on(self, span: Span, now: datetime) -> Known:
        """Returns what there is on these days."""
        known = self._known.get(span)
        if known is None or not timedelta() <= now - known.read_at < FRESH:
            with self._store.read() as conn:
                names = {id_: agent.name for id_, agent in agents.all_of(conn).items()}
                known = Known(now, groups(conn, span), names)
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[span] = known
        return known


def options(known: Known, language: str) -> Options:
    """Words what can be chosen, in the order of the words."""
    return {name: _in_words(name, values, language, known.names) for name, values in known.groups.items()}


def _in_words(name: str, values: list[str], language: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    said = [(value, label(name, value, language, names)) for value in values]
    return sorted(said, key=lambda each: each[1].casefold())
