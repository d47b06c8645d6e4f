"""Gives turns to writers: SQLite has one, and its own waiting is a sleep without fairness.

Every write transaction of every process takes this lock first: p99 stays at milliseconds instead of a second.
"""

import fcntl
import threading
from pathlib import Path
from typing import Any


class WriterLock:
    """A place in the queue of writers, across threads and processes. Not re-entrant."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = threading.Lock()
        self._file: Any = None

    def __enter__(self) -> None:
        self._thread.acquire()
        try:
            if self._file is None:
                self._file = self._path.open("a")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._thread.release()
            raise

    def __exit__(self, *_: object) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._thread.release()

    def close(self) -> None:
        """Closes the file; the next turn opens it again."""
        with self._thread:
            if self._file is not None:
                self._file.close()
                self._file = None
