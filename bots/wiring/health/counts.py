"""Shares what each process counts: in a file that it has mapped into memory, which `/metrics` adds up.

Counting costs no statement and no call to the system. A process takes the first file that no living one has and
goes on counting where a dead one stopped: nothing that was counted is lost, and there are never more files than
processes lived at once.
"""

import fcntl
import logging
import os
import struct
import sys
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from prometheus_client import Metric, values
from prometheus_client.multiprocess import MultiProcessCollector

log = logging.getLogger(__name__)

FOLDER = "metrics"
# Room for what all counters of a process may be named. It is taken at once: a full disk must not kill a process
# that counts (SIGBUS, mmap(2)).
FILE_BYTES = 1 << 18


class Place:
    """Finds this process's file, another one in each fork."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pid = 0
        self._name = ""

    def __call__(self) -> str:
        """Returns the name of the file's kind: asked each time something is counted."""
        if self._pid != os.getpid():
            self._pid, self._name = os.getpid(), self._take()
        return self._name

    def _take(self) -> str:
        for number in count():
            if _lock(self._folder / f"{number}.lock") is not None:  # held until the process ends
                _make_room(_file(self._folder, number))
                return str(number)
        raise AssertionError("numbers do not end")


def share(var_dir: Path) -> None:
    """Counts into a file of VAR_DIR from now on; where that cannot be, the process keeps its counts to itself."""
    folder = var_dir / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        values.ValueClass = values.MultiProcessValue(Place(folder))
    except OSError as error:
        log.warning("what is counted here cannot be shared", extra={"error_type": type(error).__name__})


def clear(var_dir: Path) -> None:
    """Removes the files that no living process has; a lock stays, as another process may be about to take it."""
    for path in (var_dir / FOLDER).glob("*.lock"):
        lock = _lock(path)
        if lock is not None:
            _file(path.parent, int(path.stem)).unlink(missing_ok=True)
            os.close(lock)


def added_up(var_dir: Path) -> Iterable[Metric]:
    """Adds up what all processes of this machine have counted."""
    files = sorted((var_dir / FOLDER).glob("*.db"))
    try:
        return list(MultiProcessCollector.merge(files))
    except (OSError, ValueError, RuntimeError, struct.error):  # removed meanwhile, or left half by a loss of power
        return list(MultiProcessCollector.merge(list(filter(_is_whole, files))))


def _is_whole(path: Path) -> bool:
    try:
        MultiProcessCollector.merge([path])
    except (OSError, ValueError, RuntimeError, struct.error):
        log.warning("a file of counts cannot be read; the next start removes it", extra={"file": path.name})
        return False
    return True


def _file(folder: Path, number: int) -> Path:
    return folder / f"counter_{number}.db"


def _lock(path: Path) -> int | None:
    """Locks a file until the returned number is closed; None when another process has it."""
    held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return None
    return held


def _make_room(path: Path) -> None:
    with path.open("ab") as file:
        if sys.platform == "linux":
            os.posix_fallocate(file.fileno(), 0, FILE_BYTES)
