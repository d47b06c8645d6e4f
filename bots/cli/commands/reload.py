"""Lets all running processes take the store's changed files: `doorstep reload`."""

import time
from collections.abc import Callable, Mapping

import click

from bots.cli.common import json_option, refuse, show

UNLEARNED = (
    "Your phrases are known word for word. The jobs process learns them now, and workers take what it learned. "
    "Where no jobs process runs, `doorstep flows train` learns them."
)
PATIENCE_SECONDS, LOOK_SECONDS = 30.0, 0.2


@click.command()
@json_option
def reload(as_json: bool) -> None:
    """Take changed flows, texts, phrases, notices, templates, policies and agents into use, without a restart.

    A mistake is named with file and line, and what was stays in use. Settings need a restart.
    """
    from redis import RedisError

    from bots.wiring.clients.redis_client import connect_redis
    from bots.wiring.desk.places import check_places
    from bots.wiring.health import heartbeats
    from bots.wiring.store.folder import load_folder
    from bots.wiring.understanding import Understanding
    from config.settings import load

    settings = load()
    check_places(settings)
    folder = load_folder(settings.store_dir, trained=Understanding(settings).trained)
    redis = connect_redis(settings)
    try:
        taken, waiting = follow(folder.state, lambda: heartbeats.versions(redis), PATIENCE_SECONDS)
    except RedisError as error:
        if not settings.redis_url:  # the embedded one runs while anything does
            taken, waiting = [], []
        else:
            raise _untold(error) from error
    for warning in folder.warnings:
        click.echo(f"warning: {warning}", err=True)
    if folder.unlearned:
        click.echo(UNLEARNED, err=True)
    show(
        {"version": folder.version, "taken": taken, "waiting": waiting, "warnings": folder.warnings},
        as_json=as_json,
        text=_words(taken),
    )
    if waiting:
        raise refuse(f"not taken within {PATIENCE_SECONDS:.0f} s by {', '.join(waiting)}; the log says why")


def _untold(error: Exception) -> click.ClickException:
    sentence = f"the files are in order, and Redis does not answer ({type(error).__name__})"
    return refuse(f"{sentence}: each process takes them within 5 s, but cannot tell so")


def follow(version: str, ask: Callable[[], Mapping[str, str]], patience: float) -> tuple[list[str], list[str]]:
    """Waits until all processes that use the folder use this version; returns those that do, and those that do not.

    `ask` tells process -> version. Raises what `ask` raises.
    """
    last = time.monotonic() + patience
    while True:
        used = ask()
        waiting = [process for process, its in used.items() if its != version]
        if not waiting or time.monotonic() >= last:
            return [process for process in used if process not in waiting], waiting
        time.sleep(min(LOOK_SECONDS, patience))


def _words(taken: list[str]) -> str:
    if not taken:
        return "The files are in order. No process that uses them runs: the next start takes them."
    return f"In use by {', '.join(taken)}. Settings are not among these files: they need a restart."
