"""Puts the dashboard under its path, for those who may look; what it is made of loads with the first request."""

import gc
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bots.http.looking import at_this_machine
from bots.http.reread import Reread
from bots.http.webhooks import Environ, StartResponse, WSGIApplication
from bots.wiring.intake import Intake
from config.secret_key import secret_key
from config.settings import SHIPPED_STORE, Settings, reveal
from core.errors import ConfigurationError

if TYPE_CHECKING:
    from insights.dashboard.house import House
    from notifications.store.shop import Shop

PATH = "/dashboard"
FILES = ("shop.yaml", "policies.yaml")
THREADS = 8  # of the web process's, for each that makes a page, and each that sends a long file
MOST_AT_ONCE = 8  # of each: a connection to the database is held by every one
WAITING = 96  # so many of those who look may wait for a page


class Dashboard:
    """Answers as WSGI middleware in front of `flask`, which says of what is hidden that it is not there."""

    def __init__(self, flask: WSGIApplication, intake: Intake) -> None:
        self._flask = flask
        self._intake = intake
        self._pages: WSGIApplication | None = None
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request (PEP 3333)."""
        path = environ.get("PATH_INFO", "")
        if (path != PATH and not path.startswith(f"{PATH}/")) or not may_enter(environ, self._intake):
            return self._flask(environ, start_response)
        under = {"SCRIPT_NAME": PATH, "PATH_INFO": path.removeprefix(PATH) or "/"}
        return self._made()({**environ, **under}, start_response)

    def _made(self) -> WSGIApplication:
        with self._lock:
            if self._pages is None:
                from insights.dashboard.app import create_app  # noqa: PLC0415 - the web process stays small

                self._pages = create_app(build_house(self._intake)).wsgi_app
                gc.collect()
                gc.freeze()  # a page reads tens of thousands of rows: looking for garbage would take as long again
            return self._pages


def threads(settings: Settings) -> int:
    """Counts the threads that looking may take of a web process at most. It has them beside those for what comes in."""
    return 2 * _at_once(settings) + WAITING


def _at_once(settings: Settings) -> int:
    return min(MOST_AT_ONCE, max(1, settings.web_threads // THREADS))


def may_enter(environ: Environ, intake: Intake) -> bool:
    """Tells whether the dashboard is there at all for whoever asks: with a password it signs people in itself."""
    return bool(intake.settings.dashboard_password) or at_this_machine(environ, intake.settings)


def build_house(intake: Intake) -> "House":
    """Builds what the pages stand on."""
    from adapters.channels.capability_table import window_hours  # noqa: PLC0415 - as above
    from bots.wiring.insight import dashboard  # noqa: PLC0415
    from hub.trace import story, trace  # noqa: PLC0415
    from insights.dashboard.door.door import Door  # noqa: PLC0415
    from insights.dashboard.house import House  # noqa: PLC0415

    settings = intake.settings
    flows = dashboard.Flows(intake)
    door = Door(
        password=reveal(settings.dashboard_password) if settings.dashboard_password else "",
        secret=secret_key(settings),
        is_secure=settings.base_url.startswith("https:"),
        redis=intake.redis,
        at_once=_at_once(settings),
        waiting=WAITING,
    )
    return House(
        store=intake.store,
        now=intake.now,
        shop=_shop(intake),
        door=door,
        window_hours=window_hours(),
        trace=trace,
        story=story,
        thread_link=dashboard.thread_link(intake),
        file_link=dashboard.file_link(intake),
        meaning=dashboard.meaning(intake),
        understand=flows.understand,
        flows=flows,
        root=settings.store_dir,
    )


def _shop(intake: Intake) -> "Callable[[], Shop]":
    from bots.wiring.store.policies import load_shop_of  # noqa: PLC0415 - as above

    store = intake.settings.store_dir
    paths = [folder / name for folder in (store, SHIPPED_STORE) for name in FILES]
    read = Reread("dashboard", lambda: paths, lambda: load_shop_of(store))

    def shop() -> "Shop":
        read.look(intake.now())
        if read.now is None:
            raise read.mistake or ConfigurationError("shop.yaml cannot be read")
        return read.now

    return shop
