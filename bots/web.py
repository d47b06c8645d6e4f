"""Runs the web process: brings the schema up to date, then serves the Flask application by granian."""

import gc
import os
import sys
from importlib import import_module

from granian import Granian
from granian.constants import Interfaces

from bots.process import CHECKED, EXIT_MISCONFIGURED, become, title, warn_of_strange_names
from config.secret_key import secret_key
from config.settings import Settings, check_store_secrets, reveal_all
from core.errors import ConfigurationError


def main() -> None:
    """Serves until it is told to stop; a process that dies is started again."""
    settings = become("web")
    if CHECKED not in os.environ:
        warn_of_strange_names()
        check_apart(settings)
    import_module("bots.http.app")  # once, before the processes of the server are forked: they share it
    gc.freeze()
    serve("bots.http.wsgi:app", settings)


def serve(target: str, settings: Settings) -> None:
    """Runs the web server in front of a WSGI application, `module:name`, which each of its processes loads itself."""
    Granian(
        target,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=settings.web_threads,
        blocking_threads_idle_timeout=300,
        backlog=2048,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=5,
        log_enabled=False,
        process_name=title("web", settings.var_dir),
    ).serve()


def check_apart(settings: Settings) -> None:
    """Runs `check` in a process of its own, so that this one, which only watches over others, stays small."""
    child = os.fork()
    if child == 0:
        try:
            check(settings)
        except ConfigurationError as error:
            sys.stderr.write(f"doorstep: {error}\n")
            os._exit(EXIT_MISCONFIGURED)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise SystemExit(status)


def check(settings: Settings) -> None:
    """Finds everything that can be wrong before a process is started for it. Raises ConfigurationError."""
    from bots.wiring.installation import build  # noqa: PLC0415 - 60 MB that only the check needs
    from storage.engine import migrate  # noqa: PLC0415

    secret_key(settings)
    check_store_secrets(reveal_all(settings.store_webhook_secret))
    store = build(settings, speaks=False).intake.store
    migrate.upgrade(store)
    store.close()


if __name__ == "__main__":
    main()
