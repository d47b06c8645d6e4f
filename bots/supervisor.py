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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import setproctitle
from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.supervisord import Supervisor

OURS = "bots."
_CAUGHT = (signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR2)  # by supervisor itself


class Options(ServerOptions):  # type: ignore[misc] # supervisor has no types
    """Keeps supervisor's options, with our way to execute a program."""

    def execve(self, filename: str, argv: Sequence[str], env: Mapping[str, str]) -> None:
        """Becomes the program, in the fork."""
        module = module_of(argv)
        if module is not None:
            become(module, env)
        super().execve(filename, argv, env)


class Watch(Supervisor):  # type: ignore[misc]
    """Starts its programs at once: supervisor waits a second first."""

    def runforever(self) -> None:
        """Starts the programs, then watches as supervisor does."""
        for group in sorted(self.process_groups.values()):
            group.transition()
        super().runforever()


def serve(configuration: Path, modules: Sequence[str]) -> None:
    """Watches over the programs of the configuration until it is told to stop; `modules` are loaded before."""
    for module in modules:
        importlib.import_module(module)
    setproctitle.setproctitle("doorstep:supervisor")
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
