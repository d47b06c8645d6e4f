"""Sets up a process: its title, settings and logging; a wrong setting ends it with a sentence."""

import contextlib
import os
import sys
import threading
import time
from typing import NoReturn

import setproctitle

from config.logging import configure
from config.settings import Settings, load
from core.errors import ConfigurationError

EXIT_MISCONFIGURED = 78  # EX_CONFIG
SWITCH_SECONDS = 0.001
CHECKED = "DOORSTEP_CHECKED"  # in the environment when `bots.start` has checked everything already
OUTPUT = "DOORSTEP_OUTPUT"  # in the environment under a supervisor: the folder of its open files, /proc/<pid>/fd


def become(title: str) -> Settings:
    """Names this process `doorstep:<title>`, sets up its logging, and returns the settings."""
    setproctitle.setproctitle(f"doorstep:{title}")
    take_output(os.environ.get(OUTPUT, ""))
    try:
        settings = load()
    except ConfigurationError as error:
        give_up(error)
    configure(settings.log_level, title)
    # Threads that wait for the database or the network should not wait 5 ms more for a busy neighbour.
    sys.setswitchinterval(SWITCH_SECONDS)
    return settings


def take_output(folder: str) -> None:
    """Writes to the files `1` and `2` of `folder` from now on, not to the supervisor's pipes.

    The supervisor would copy every line, which costs as much as writing it. What cannot be opened (a socket of the
    journal, a machine without /proc) stays a pipe.
    """
    for number in (1, 2) if folder else ():
        with contextlib.suppress(OSError):
            opened = os.open(f"{folder}/{number}", os.O_WRONLY | os.O_APPEND | os.O_NOCTTY)
            os.dup2(opened, number)
            os.close(opened)


def give_up(error: ConfigurationError) -> NoReturn:
    """Ends the process with the error's sentence."""
    sys.stderr.write(f"doorstep: {error}\n")
    raise SystemExit(EXIT_MISCONFIGURED)


def warn_of_strange_names() -> None:
    """Warns of names in the environment and its file that look like settings of ours and are none."""
    from config.unknown_names import unknown_names  # noqa: PLC0415 - only the start looks

    for sentence in unknown_names():
        sys.stderr.write(f"doorstep: warning: {sentence}\n")


def die_with_parent() -> None:
    """Ends this process when its parent was killed with -9: it must not go on holding its port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
