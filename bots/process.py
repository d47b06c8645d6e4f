"""What every process does first: its title, its settings, its logging; a wrong setting ends it with a sentence."""

import os
import sys
import threading
import time
from typing import NoReturn

import setproctitle

from config.logging import configure
from config.settings import Settings, load, unknown_names
from core.errors import ConfigurationError

EXIT_MISCONFIGURED = 78  # EX_CONFIG
SWITCH_SECONDS = 0.001
CHECKED = "DOORSTEP_CHECKED"  # in the environment when `bots.start` has checked everything already


def become(title: str) -> Settings:
    """This process is `doorstep:<title>` from now on; returns the settings."""
    setproctitle.setproctitle(f"doorstep:{title}")
    try:
        settings = load()
    except ConfigurationError as error:
        give_up(error)
    configure(settings.log_level, title)
    # Threads that wait for the database or the network should not wait 5 ms more for a busy neighbour.
    sys.setswitchinterval(SWITCH_SECONDS)
    return settings


def give_up(error: ConfigurationError) -> NoReturn:
    """Ends the process with the error's sentence."""
    sys.stderr.write(f"doorstep: {error}\n")
    raise SystemExit(EXIT_MISCONFIGURED)


def warn_of_strange_names() -> None:
    """Names that look like settings of ours and are none."""
    for sentence in unknown_names():
        sys.stderr.write(f"doorstep: warning: {sentence}\n")


def die_with_parent() -> None:
    """A child whose parent was killed with -9 must not go on holding its port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
