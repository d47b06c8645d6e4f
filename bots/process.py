"""Sets up a process: its title, settings and logging; a wrong setting ends it with a sentence."""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import setproctitle

from config.logging import configure
from config.settings import Settings, load
from core.errors import ConfigurationError

EXIT_MISCONFIGURED = 78  # EX_CONFIG
SWITCH_SECONDS = 0.001
PARENT_GONE = 1  # PR_SET_PDEATHSIG of prctl(2): the signal that comes when the parent is gone
CHECKED = "DOORSTEP_CHECKED"  # in the environment when `bots.start` has checked everything already
OUTPUT = "DOORSTEP_OUTPUT"  # in the environment under a supervisor: the folder of its open files, /proc/<pid>/fd


def become(role: str) -> Settings:
    """Names this process `doorstep:<role> VAR_DIR`, sets up its logging, and returns the settings."""
    setproctitle.setproctitle(f"doorstep:{role}")
    take_output(os.environ.get(OUTPUT, ""))
    try:
        settings = load()
    except ConfigurationError as error:
        give_up(error)
    setproctitle.setproctitle(title(role, settings.var_dir))
    configure(settings.log_level, role)
    # Threads that wait for the database or the network should not wait 5 ms more for a busy neighbour.
    sys.setswitchinterval(SWITCH_SECONDS)
    return settings


def title(role: str, var_dir: Path) -> str:
    """Writes the title of a process: its role, and whose it is."""
    return f"doorstep:{role} {var_dir.resolve()}"


def take_output(folder: str) -> None:
    """Writes to the files `1` and `2` of `folder` from now on, not to the supervisor's pipes.

    The supervisor would copy every line, which costs as much as writing it. What cannot be opened (a socket of the
    journal, a machine without /proc) stays a pipe.
    """
    for number in (1, 2) if folder else ():
        with suppress(OSError):
            opened = os.open(f"{folder}/{number}", os.O_WRONLY | os.O_APPEND | os.O_NOCTTY)
            os.dup2(opened, number)
            os.close(opened)


def give_up(error: ConfigurationError) -> NoReturn:
    """Ends the process with the error's sentence."""
    sys.stderr.write(f"doorstep: {error}\n")
    raise SystemExit(EXIT_MISCONFIGURED)


@contextmanager
def in_words() -> Iterator[None]:
    """Ends the process with a sentence, not a traceback, for what is wrong with its settings, files or folder."""
    try:
        yield
    except ConfigurationError as error:
        give_up(error)
    except OSError as error:
        if not error.filename:
            raise
        give_up(ConfigurationError(f"{os.fsdecode(error.filename)}: {error.strerror}"))


def warn(words: str) -> None:
    """Tells whoever starts us what they should know; the start goes on."""
    sys.stderr.write(f"doorstep: warning: {words}\n")
    sys.stderr.flush()


def warn_of_strange_names() -> None:
    """Warns of names in the environment and its file that look like settings of ours and are none."""
    from config.unknown_names import unknown_names  # noqa: PLC0415 - only the start looks

    for sentence in unknown_names():
        warn(sentence)


def die_with_parent(parent: int | None = None) -> None:
    """Ends this process as soon as its parent is gone, also when that was killed with -9: it must hold nothing then.

    Linux sees to it, for a program too that this process becomes by exec; elsewhere a thread of ours looks.
    """
    parent = parent or os.getppid()
    if not _killed_by_the_system():
        threading.Thread(target=_watch, args=(parent,), name="parent-watch", daemon=True).start()
    elif os.getppid() != parent:  # it was gone before we asked
        os._exit(1)


def _killed_by_the_system() -> bool:
    return sys.platform == "linux" and bool(ctypes.CDLL(None).prctl(PARENT_GONE, signal.SIGKILL) == 0)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
