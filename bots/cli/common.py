"""Gives the commands an installation to work on, and output for people or programs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from core.files.durations import duration

if TYPE_CHECKING:
    from bots.wiring.installation import Parts
    from config.settings import Settings
    from storage.engine.store import Store

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Database:
    """Holds an installation as far as its rows go."""

    settings: "Settings"
    store: "Store"

    def now(self) -> datetime:
        """Returns the time, by the one clock."""
        from bots.wiring import clock_time

        return clock_time.now()


def json_option(command: F) -> F:
    """Adds `--json` to a command: output for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def _store_dir() -> Path:
    from config.settings import load

    folder = load().store_dir
    if not folder.is_dir():
        raise refuse(f"STORE_DIR: there is no folder {folder}")
    return folder


store_option = click.option(
    "--store",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=_store_dir,
    show_default="STORE_DIR",
    help="The store's folder.",
)


@contextmanager
def installation() -> Iterator["Parts"]:
    """Opens the installation of these settings, its database up to date; the store's folder is read by who uses it."""
    from bots.wiring.health import counts
    from bots.wiring.installation import build
    from config.settings import load

    settings = load()
    _log_little()
    parts = build(settings, speaks=False, reads=False)
    counts.share(settings.var_dir)
    with _up_to_date(parts.hub.store):
        yield parts


@contextmanager
def database() -> Iterator[Database]:
    """Opens the database alone, up to date: what most commands need, in a third of the time."""
    from bots.wiring.clients.database import make_store
    from config.settings import load

    settings = load()
    _log_little()
    store = make_store(settings, pool_size=2)
    with _up_to_date(store):
        yield Database(settings, store)


@contextmanager
def reached(store: "Store") -> Iterator[None]:
    """Closes a database in the end; one that cannot be reached, or goes away, ends the command with a sentence."""
    from sqlalchemy.exc import OperationalError

    try:
        yield
    except OperationalError as error:
        raise _away(store, error) from error
    finally:
        store.close()


@contextmanager
def _up_to_date(store: "Store") -> Iterator[None]:
    from bots.wiring.clients.database import open_database

    with reached(store):
        open_database(store)
        yield


def _away(store: "Store", error: Exception) -> click.ClickException:
    name = str(store.path) if store.is_sqlite else "PostgreSQL"
    return refuse(f"{name} cannot be reached ({type(error).__name__}); check DATABASE_URL and VAR_DIR")


def _log_little() -> None:
    from config.logging import configure

    configure("WARNING", "cli")


def show(value: Any, *, as_json: bool, text: str = "") -> None:
    """Prints a result: as JSON, or as `text`."""
    if as_json:
        import msgspec

        text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    click.echo(text)


def moment_before(text: str, now: datetime, option: str) -> datetime:
    """Reads a moment that an option names: so long ago (2h, 7d), or a day or time. Raises click.BadParameter."""
    with suppress(ValueError):
        return now - duration(text)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no time; say 2h, 7d or 2026-12-01", param_hint=option) from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def counted(number: int, what: str) -> str:
    """Says how many there are, `what` being one of them: "1 file", "2 files"."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def refuse(reason: str) -> click.ClickException:
    """Returns what ends a command with 1, the reason on stderr. Example: `raise refuse("no such order")`."""
    return click.ClickException(reason)


def progress_bar(label: str, length: int, *, quiet: bool = False) -> Any:
    """Makes click's progress bar on stderr; it shows nothing where nobody watches, as in a log."""
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=quiet or not sys.stderr.isatty())
