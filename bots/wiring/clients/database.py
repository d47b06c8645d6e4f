"""Opens the database: waits for one that does not answer yet, and brings its schema up to date."""

import logging
import time
from collections.abc import Callable

from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from bots.wiring.health.outages import Outage
from config.settings import Settings
from core.errors import ConfigurationError
from storage.engine import migrate
from storage.engine.store import Store

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.5


def make_store(settings: Settings, pool_size: int, *, keeps: bool = False) -> Store:
    """Makes the store, which connects only when it is used. Raises ConfigurationError for an address that is none."""
    try:
        return Store(settings.database, pool_size, keeps=keeps)
    except (ArgumentError, ValueError, TypeError):  # what it holds may be a password
        raise ConfigurationError(
            "DATABASE_URL: expected postgresql://USER:PASSWORD@HOST:PORT/NAME (what is special in a password written "
            "as %40 and the like), or sqlite:////path/of/a/file"
        ) from None


def await_database(store: Store) -> None:
    """Opens it however long that takes: what the supervisor started again must outlive an outage."""
    outage = Outage(log, "the database is away; waiting")
    while True:
        try:
            migrate.upgrade(store)
        except SQLAlchemyError as error:
            outage.lasts(error)
            time.sleep(LOOK_SECONDS)
        else:
            outage.is_over()
            return


def open_database(store: Store, wait: float = 0, tell: Callable[[str], object] = lambda _words: None) -> None:
    """Opens it, and gives one that does not answer `wait` seconds; `tell` is told of that.

    Raises ConfigurationError, in words that have no password.
    """
    until = time.monotonic() + wait
    told = False
    while True:
        try:
            migrate.upgrade(store)
        except OperationalError as error:
            if store.is_sqlite or time.monotonic() >= until:
                raise ConfigurationError(_words(store, error)) from None
            if not told:
                tell(f"waiting for the database: {_reason(error)}")
            told = True
            time.sleep(LOOK_SECONDS)
        except SQLAlchemyError as error:
            raise ConfigurationError(_words(store, error)) from None
        except OSError as error:
            raise ConfigurationError(_of_file(store, f"{error.strerror}")) from None
        else:
            return


def _words(store: Store, error: SQLAlchemyError) -> str:
    if store.is_sqlite:
        return _of_file(store, _reason(error))
    url = store.engine.url
    where = f"at {url.host}:{url.port or 5432} " if url.host else ""
    return f"DATABASE_URL: PostgreSQL {where}cannot be used: {_reason(error)}; start it, or mend the address"


def _of_file(store: Store, reason: str) -> str:
    told = f"{store.path} cannot be used as a database: {reason}"
    return f"DATABASE_URL: {told}; name another file, or another VAR_DIR"


def _reason(error: SQLAlchemyError) -> str:
    """Says in a line what the driver said; what it was asked stays out."""
    said = str(getattr(error, "orig", None) or type(error).__name__).strip()
    return said.splitlines()[0].rstrip(".: ") if said else type(error).__name__
