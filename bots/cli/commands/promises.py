"""Lists what customers were promised: `doorstep promises`."""

from typing import Any

import click

from bots.cli.common import database, json_option, show

STATES = ("open", "kept", "changed", "void", "broken")


@click.group()
def promises() -> None:
    """Dates and times that customers were told, and what became of each."""


@promises.command("list")
@click.option("--state", type=click.Choice(STATES), help="Which; all without it.")
@click.option("--order", "order", metavar="N", default="", help="Of an order: its number.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many, the newest.")
@json_option
def list_promises(state: str | None, order: str, limit: int, as_json: bool) -> None:
    """Show what was promised, oldest first. It shows no words and no numbers of customers."""
    from storage.promises import ledger

    with database() as opened, opened.store.read() as conn:
        found = ledger.as_row(ledger.about(conn, order_number=order, state=state or "", limit=limit))
    show(found, as_json=as_json, text="\n".join(map(_line, found)) or "Nothing of this kind was promised.")


def _line(each: dict[str, Any]) -> str:
    about = " ".join(filter(None, (f"order {each['order']}" if each["order"] else "", _part(each))))
    due = each["due_on"] or f"{each['due_at'][:16].replace('T', ' ')} UTC"
    closed = f", {each['closed_by']} {each['closed_at'][:16].replace('T', ' ')}" if each["closed_at"] else ""
    told = f"told {each['told_at'][:16].replace('T', ' ')} by {each['source']}"
    return f"{each['state']:<8} {each['purpose']:<9} by {due:<20} {about}  {told}{closed}"


def _part(each: dict[str, Any]) -> str:
    return f"{each['about']} {each['about_id']}" if each["about_id"] else ""
