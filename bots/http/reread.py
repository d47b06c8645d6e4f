"""Holds what some of the store's files say, read anew when they have changed."""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from core.errors import ConfigurationError

log = logging.getLogger(__name__)

LOOK_SECONDS = 5  # between two looks whether the files have changed
T = TypeVar("T")


class Reread(Generic[T]):
    """Reads by `load` whenever one of `paths` is another. A mistake leaves what was; `what` names who does without."""

    def __init__(self, what: str, paths: Callable[[], Iterable[Path]], load: Callable[[], T]) -> None:
        self.now: T | None = None
        self.mistake: ConfigurationError | None = None
        self._what = what
        self._paths = paths
        self._load = load
        self._seen: tuple[float, ...] | None = None
        self._looked: datetime | None = None
        self._version = 0
        self._lock = threading.Lock()

    def look(self, now: datetime) -> int:
        """Looks at the files, every few seconds; returns the version of what they say."""
        with self._lock:
            if self._looked is None or abs((now - self._looked).total_seconds()) >= LOOK_SECONDS:
                self._looked = now
                seen = tuple(path.stat().st_mtime for path in self._paths() if path.exists())
                if seen != self._seen:
                    self._seen = seen
                    self._read()
            return self._version

    def _read(self) -> None:
        try:
            self.now, self.mistake = self._load(), None
            self._version += 1
        except ConfigurationError as error:
            self.mistake = error
            told = {"what": self._what, "mistake": str(error)}
            log.warning("a change of the store's files is not taken", extra=told)
