"""The web process: granian in front of the Flask application, and the schema brought up to date before."""

from granian import Granian
from granian.constants import Interfaces

from bots.process import become, give_up, warn_of_strange_names
from bots.wiring import build
from config.settings import Settings
from core.errors import ConfigurationError
from storage import migrate


def main() -> None:
    """Serves until it is told to stop; a process that dies is started again."""
    settings = become("web")
    warn_of_strange_names()
    try:
        check(settings)
    except ConfigurationError as error:
        give_up(error)
    Granian(
        "bots.wsgi:app",
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
        process_name="doorstep:web",
    ).serve()


def check(settings: Settings) -> None:
    """Finds everything that can be wrong before a process is started for it. Raises ConfigurationError."""
    parts = build(settings, speaks=False)
    migrate.upgrade(parts.store)
    parts.store.close()


if __name__ == "__main__":
    main()
