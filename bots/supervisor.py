"""Runs supervisor, but our own processes go on in the fork that it makes instead of executing Python anew.

What all of them import is imported once, before: a start takes half the time, and their modules share memory. Anything
else, like Valkey, is executed as usual.
"""

import contextlib
import gc
import importlib
import logging
import os
import signal
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import setproctitle
from supervisor.datatypes import RestartWhenExitUnexpected
from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.supervisord import Supervisor

from bots.process import die_with_parent

OURS = "bots."
LAST = "valkey"  # ends after all that use it
_CAUGHT = (signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR2)  # by supervisor itself


class Options(ServerOptions):  # type: ignore[misc] # supervisor has no types
    """Keeps supervisor's options, with our way to execute a program."""

    def __init__(self) -> None:
        super().__init__()
        self.watcher = os.getpid()

    def execve(self, filename: str, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """Becomes the program, in the fork; it ends with its supervisor."""
        signal.set_wakeup_fd(-1)  # the supervisor's: closed here, and some file's number soon
        die_with_parent(self.watcher)
        module = module_of(argv)
        if module is not None:
            become(module, env)
        super().execve(filename, argv, env)

    def waitpid(self) -> tuple[int | None, int | None]:
        """Returns who died and how; an end with 0 of who may end counts as one, however soon it came."""
        pid, status = super().waitpid()
        process = self.pidhistory.get(pid)
        if process is not None and status == 0 and process.config.autorestart is RestartWhenExitUnexpected:
            process.laststart -= process.config.startsecs
        return pid, status


class Wake:
    """Ends supervisor's wait for a second as soon as a signal comes: a process has died, or all is to end."""

    def __init__(self) -> None:
        self.fd, writes = os.pipe()
        for end in (self.fd, writes):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writes, warn_on_full_buffer=False)

    def readable(self) -> bool:
        """Says that it is to be waited for."""
        return True

    def writable(self) -> bool:
        """Says that nothing is written to it."""
        return False

    def handle_read_event(self) -> None:
        """Takes what says that a signal came."""
        os.read(self.fd, 4096)

    def handle_error(self) -> None:
        """Does nothing: it only wakes."""


class Watch(Supervisor):  # type: ignore[misc]
    """Starts, restarts and stops its programs at once, where supervisor waits a second before each."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._wake = Wake()

    def runforever(self) -> None:
        """Starts the programs, then watches as supervisor does."""
        self._move_on()
        super().runforever()

    def get_process_map(self) -> dict[int, Any]:
        """Lists what is waited for."""
        return {**super().get_process_map(), self._wake.fd: self._wake}

    def reap(self, once: bool = False, recursionguard: int = 0) -> None:
        """Takes note of who died, and starts them again."""
        super().reap(once, recursionguard)
        if not recursionguard:
            self._move_on()

    def ordered_stop_groups_phase_1(self) -> None:
        """Stops all programs together; Valkey when the others have ended."""
        going = [group for group in self.stop_groups if group.get_unstopped_processes()]
        for group in [each for each in going if each.config.name != LAST] or going:
            group.stop_all()

    def _move_on(self) -> None:
        groups: Iterable[Any] = sorted(self.process_groups.values())
        for group in groups:
            group.transition()


def serve(configuration: Path, modules: Sequence[str], title: str) -> None:
    """Watches over the programs of the configuration until it is told to stop; `modules` are loaded before."""
    for module in modules:
        importlib.import_module(module)
    setproctitle.setproctitle(title)
    options: Any = Options()
    options.realize(["-n", "-c", str(configuration)])
    options.first, options.test = True, False
    # Exempt from garbage collection, which would write to the pages that all processes share.
    gc.collect()
    gc.freeze()
    with contextlib.suppress(ExitNow):
        Watch(options).main()
    options.close_httpservers()
    options.close_logger()


def module_of(argv: Sequence[str]) -> str | None:
    """Finds the module of ours that `python -m module` would run; None for any other program."""
    if len(argv) == 3 and argv[0] == sys.executable and argv[1] == "-m" and argv[2].startswith(OURS):
        return argv[2]
    return None


def become(module: str, environment: Mapping[str, str]) -> NoReturn:
    """Runs the module's `main` in this process with this environment, and ends it as the interpreter would."""
    for number in _CAUGHT:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    code = 1
    try:
        importlib.import_module(module).main()
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:  # noqa: BLE001 - the interpreter's own way to end
        traceback.print_exc()
    finally:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
