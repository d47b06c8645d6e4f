"""Lists, sends or drops what a restore has held: `doorstep held`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import database, json_option, refuse, show

if TYPE_CHECKING:
    from storage.backup.hold import Held


@click.group()
def held() -> None:
    """What was on its way when a backup was made, and waits for a word since it was restored."""


@held.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """Show what is held: messages, notices, what came in and was not handled, campaigns."""
    from storage.backup import hold

    with database() as opened, opened.store.read() as conn:
        found = [*hold.listed(conn), *hold.paused(conn)]
    show(found, as_json=as_json, text="\n".join(map(_line, found)) or "Nothing is held.")


all_option = click.option("--all", "all_", is_flag=True, help="Everything that is held.")
ids_argument = click.argument("ids", nargs=-1, metavar="[ID]...")


@held.command()
@ids_argument
@all_option
@json_option
def send(ids: tuple[str, ...], all_: bool, as_json: bool) -> None:
    """Let it go on as if it had come now. Each is checked again before it leaves; customers may hear it twice."""
    from storage.backup import hold

    _settle(ids, all_, "sent", "go on", hold.send, as_json)


@held.command()
@ids_argument
@all_option
@json_option
def drop(ids: tuple[str, ...], all_: bool, as_json: bool) -> None:
    """End it: it was sent before, or shall not be."""
    from storage.backup import hold

    _settle(ids, all_, "dropped", "are ended", hold.drop, as_json)


def _settle(ids: tuple[str, ...], all_: bool, done: str, words: str, settle: Callable[..., Any], as_json: bool) -> None:
    from storage.backup import hold

    if bool(ids) == all_:
        raise click.UsageError("say IDs (`doorstep held list`), or --all")
    with database() as opened, opened.store.write() as conn:
        known = [each.id for each in hold.listed(conn)]
        campaigns = {each.id for each in hold.paused(conn)}
        for each in ids:
            if each in campaigns:
                raise refuse(
                    f"{each} is a campaign; `doorstep campaign resume {each}` or `cancel` says what becomes of it"
                )
        strange = [each for each in ids if each not in known]
        if strange:
            raise refuse(f"{strange[0]} is not held; `doorstep held list` shows what is")
        chosen = known if all_ else list(dict.fromkeys(ids))
        settle(conn, chosen, opened.now())
    show({done: chosen}, as_json=as_json, text=f"{len(chosen)} {words}.")


def _line(each: "Held") -> str:
    at = f"{each.at:%Y-%m-%d %H:%M:%S}" if each.at else " " * 19
    return f"{each.id:<24}  {each.what:<8}  {at}  {each.about}  {each.to}".rstrip()
