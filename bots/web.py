"""Runs the web process: brings the schema up to date, then serves the Flask application by granian."""

import gc
import logging
import os
import time
from importlib import import_module

from granian import Granian
from granian.constants import Interfaces

from bots.claims import claim_port, is_free
from bots.process import CHECKED, become, in_words, title, warn_of_strange_names
from config.settings import Settings

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05
DYING_SECONDS = 2.0  # so long processes of ours that were killed may still have the port


def main() -> None:
    """Serves until it is told to stop; a process that dies is started again."""
    settings = become("web")
    if CHECKED not in os.environ:
        from bots.checks import check_apart  # noqa: PLC0415 - a supervisor has checked

        warn_of_strange_names()
        with in_words():
            claim_port(settings.host, settings.port)
            check_apart(settings)
    _await_port(settings)
    import_module("bots.http.app")  # once, before the processes of the server are forked: they share it
    from bots.http.dashboard import threads  # noqa: PLC0415 - the supervisor starts without what it imports

    gc.freeze()
    serve("bots.http.wsgi:app", settings, threads(settings))


def _await_port(settings: Settings) -> None:
    """Waits until nobody else has our port: a program may have taken it while we were not there."""
    began, told = time.monotonic(), False
    while not is_free(settings.host, settings.port):
        if not told and time.monotonic() - began > DYING_SECONDS:
            log.warning("another program has our port; waiting", extra={"port": settings.port})
            told = True
        time.sleep(LOOK_SECONDS)


def serve(target: str, settings: Settings, more_threads: int = 0) -> None:
    """Runs the web server in front of a WSGI application, `module:name`, which each of its processes loads itself.

    `more_threads`: those that each process has for slow requests, beside `WEB_THREADS`.
    """
    Granian(
        target,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=settings.web_threads + more_threads,
        blocking_threads_idle_timeout=300,
        backlog=2048,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=5,
        log_enabled=False,
        process_name=title("web", settings.var_dir),
    ).serve()


if __name__ == "__main__":
    main()
