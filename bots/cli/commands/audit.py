"""Shows who did what, and whether that log is whole: `doorstep audit`."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from bots.cli.common import database, json_option, moment_before, refuse, show

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.desk.audit import Entry


@click.group()
def audit() -> None:
    """The log of who did what; it holds no words of customers or agents."""


@audit.command("list")
@click.option("--actor", default="", help="Who: a member's id at the desk, cli, or a name.")
@click.option("--action", default="", help="What, like claim, resolve or erase.")
@click.option("--case", "case_id", default="", metavar="ID", help="To which case: its number, or our id.")
@click.option("--since", default="", metavar="TIME", help="Since when: 2h, 7d, 2026-12-01.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many, the newest.")
@json_option
def list_entries(actor: str, action: str, case_id: str, since: str, limit: int, as_json: bool) -> None:
    """Show the newest entries first."""
    from bots.wiring import clock_time
    from storage.desk import audit as rows

    moment = moment_before(since, clock_time.now(), "--since") if since else None
    with database() as opened, opened.store.read() as conn:
        about = _case(conn, case_id) if case_id else ""
        found = rows.listed(conn, actor=actor, action=action, object_=about, since=moment, limit=limit)
        numbers = _numbers(conn, found)
    listed = [_glance(entry, numbers) for entry in found]
    show(listed, as_json=as_json, text="\n".join(map(_line, listed)) or "The log has no such entry.")


@audit.command()
@click.option("--head", default="", metavar="SEQ:HASH", help="A head noted elsewhere: the log of a worker has them.")
@json_option
def verify(head: str, as_json: bool) -> None:
    """Compute the log's chain of hashes anew, and name the first entry that was changed or removed."""
    from storage.desk import audit_chain

    noted = _noted(head)
    with database() as opened, opened.store.snapshot() as conn:
        verdict = audit_chain.verify(conn, noted)
    told = {"whole": not verdict.broken, "broken": verdict.broken or None, "sealed": verdict.sealed}
    told |= {"hash": verdict.hash, "unsealed": verdict.unsealed}
    if verdict.broken:
        if as_json:
            show(told, as_json=True)
        raise refuse(f"{verdict.broken}; what is before that is whole")
    waiting = f", {verdict.unsealed} not sealed yet" if verdict.unsealed else ""
    whole = f"Whole up to entry {verdict.sealed}{waiting}."
    show(told, as_json=as_json, text=f"{whole} Head: {verdict.sealed}:{verdict.hash}" if verdict.sealed else whole)


def _noted(head: str) -> Any:
    from storage.desk.audit_chain import Head

    seq, _, digest = head.partition(":")
    if not head:
        return None
    if not seq.isdigit() or len(digest) != 64:
        raise click.BadParameter(f"{head} is no head; it looks like 42:9f86…, as verify prints it", param_hint="--head")
    return Head(int(seq), digest)


def _case(conn: "Connection", id_: str) -> str:
    from storage.people import lookup

    meant = lookup.by_case(conn, id_)
    if meant is None or meant.case_id is None:
        raise refuse(f"there is no case {id_}; `doorstep cases list --state all` shows those there are")
    return f"case:{meant.case_id}"


def _numbers(conn: "Connection", found: "list[Entry]") -> dict[str, int]:
    """Returns the numbers of the cases that entries are about, by our ids."""
    from storage.desk import cases

    ids = {entry.object.removeprefix("case:") for entry in found if entry.object.startswith("case:")}
    return {case.id: case.number for id_ in ids if (case := cases.by_id(conn, id_))}


def _glance(entry: "Entry", numbers: dict[str, int]) -> dict[str, Any]:
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(entry)
    return {**told, "case": numbers.get(entry.object.removeprefix("case:"))}


def _line(told: dict[str, Any]) -> str:
    at = datetime.fromisoformat(told["at"]).astimezone(UTC)
    about = f"case {told['case']}" if told["case"] else told["object"]
    more = "  " + ", ".join(f"{name}: {value}" for name, value in told["data"].items()) if told["data"] else ""
    return f"{at:%Y-%m-%d %H:%M:%S}  {told['actor']}  {told['action']}  {about}{more}"
