"""Lists what the store is told and asked, or sends it once more: `doorstep outgoing`."""

from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import database, json_option, refuse, show

if TYPE_CHECKING:
    from storage.outgoing.rows import Outgoing

STATES = ("pending", "asked", "done", "refused", "failed", "held")


@click.group()
def outgoing() -> None:
    """What the store is told and asked by OUTGOING_WEBHOOK_URL (docs/outgoing.md)."""


@outgoing.command(name="list")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only these; may be given again.")
@click.option("--requests", "only_requests", is_flag=True, help="Only requests for an action, no facts.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="So many, the newest.")
@json_option
def list_(states: tuple[str, ...], only_requests: bool, limit: int, as_json: bool) -> None:
    """Show events, the newest first: waiting to be sent (pending), taken and without an outcome yet (asked), done,
    refused by the store, kept after the last try (failed), held since a restore."""
    from storage.outgoing import rows

    with database() as opened, opened.store.read() as conn:
        found = rows.listed(conn, states or STATES, limit, rows.REQUEST if only_requests else "")
    text = "\n".join(map(_line, found)) or "Nothing was sent, and nothing waits."
    show([_shown(each) for each in found], as_json=as_json, text=text)


@outgoing.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "all_", is_flag=True, help="Everything that is kept after its last try.")
@json_option
def repeat(ids: tuple[str, ...], all_: bool, as_json: bool) -> None:
    """Send kept events again, with all their tries; a request has its fifteen minutes anew.

    ID is the event's, or a request's own. Its ids stay: a store that carried it out after all does it once.
    """
    from storage.outgoing import rows

    if bool(ids) == all_:
        raise click.UsageError("say IDs (`doorstep outgoing list --state failed`), or --all")
    with database() as opened, opened.store.write() as conn:
        chosen = rows.listed(conn, (rows.FAILED,), 10_000) if all_ else [_found(conn, each) for each in ids]
        for each in chosen:
            _repeat(conn, each, opened.now(), strictly=not all_)
        connected = bool(opened.settings.outgoing_webhook_url)
    if chosen and not connected:
        click.echo("OUTGOING_WEBHOOK_URL is not set: they wait until it is.", err=True)
    names = [each.id for each in chosen]
    words = f"{len(names)} will be sent again." if names else "None was kept."
    show({"repeated": names}, as_json=as_json, text=words)


def _found(conn: Any, name: str) -> "Outgoing":
    from storage.outgoing import rows

    found = rows.by_name(conn, name)
    if found is None:
        raise refuse(f"there is no event {name}; `doorstep outgoing list` shows those there are")
    return found


def _repeat(conn: Any, each: "Outgoing", now: Any, *, strictly: bool) -> None:
    from storage.outgoing import rows

    if rows.repeat(conn, each.id, now) or not strictly:
        return
    if each.body == rows.ERASED and each.kind == rows.REQUEST:
        raise refuse(f"{each.id} cannot be sent: the customer was erased, and what they wished for with them")
    why = {
        rows.PENDING: f"waits to be sent already (next try {each.not_before:%Y-%m-%d %H:%M:%S})",
        rows.DONE: "is done",
        rows.REFUSED: "was refused by the store; asking again is a new request",
    }
    raise refuse(f"{each.id} {why.get(each.state, f'is {each.state}')}; nothing is to be repeated")


def _shown(each: "Outgoing") -> dict[str, Any]:
    from storage.outgoing import rows

    waits = each.state in rows.OPEN
    return {
        "id": each.id,
        "request": each.key if each.kind == rows.REQUEST else None,
        "type": each.type,
        "subject": each.subject,
        "order_number": each.order_number,
        "state": each.state,
        "attempts": each.attempts,
        "next_at": each.not_before if waits else None,
        "expires_at": each.expires_at,
        "created_at": each.created_at,
        "finished_at": each.finished_at,
        "code": each.code,
        "reason": each.reason,
        "store_id": each.remote_id,
    }


def _line(each: "Outgoing") -> str:
    said = each.reason or each.code or ""
    tries = f"{each.attempts} {'try' if each.attempts == 1 else 'tries'}"
    at = f"{each.created_at:%Y-%m-%d %H:%M:%S}"
    return f"{each.id:<24}  {each.state:<8}  {at}  {tries:<8}  {each.type}  {each.subject}  {said}".rstrip()
