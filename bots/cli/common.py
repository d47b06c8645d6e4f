"""Gives the commands an installation to work on, and output for people or programs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
import msgspec

from bots.wiring.installation import Parts, build
from config.logging import configure
from config.settings import load
from storage.engine import migrate

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """Adds `--json` to a command: output for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


@contextmanager
def installation() -> Iterator[Parts]:
    """Opens the installation of this folder's settings, its database up to date."""
    settings = load()
    configure("WARNING", "cli")
    parts = build(settings, speaks=False)
    migrate.upgrade(parts.hub.store)
    try:
        yield parts
    finally:
        parts.hub.store.close()


def show(value: Any, *, as_json: bool, text: str = "") -> None:
    """Prints a result: as JSON, or as `text`."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() if as_json else text)


def refuse(reason: str) -> click.ClickException:
    """Returns what ends a command with 1, the reason on stderr. Example: `raise refuse("no such order")`."""
    return click.ClickException(reason)
