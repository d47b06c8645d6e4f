"""Adds up what messages cost: `doorstep costs`."""

from datetime import UTC, datetime

import click

from bots.cli.common import database, json_option, show

BY = ("channel", "kind", "campaign", "case", "flow", "category")


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="From this day on, in UTC.")
@click.option("--by", default="channel", show_default=True, type=click.Choice(BY), help="What is added up.")
@json_option
def costs(since: datetime | None, by: str, as_json: bool) -> None:
    """What messages cost, as the providers said it: the sum, or the category at the price of prices.yaml (estimated).

    What is free is not counted. `doorstep trace` says what a single message or notice cost.
    """
    from storage.costs import rows

    with database() as opened, opened.store.read() as conn:
        found = rows.sums(conn, by, since.replace(tzinfo=UTC) if since else None)
    listed = [
        {
            by: each.by,
            "currency": each.currency,
            "messages": each.messages,
            "amount": rows.plain(each.amount),
            "estimated": rows.plain(each.estimated),
        }
        for each in found
    ]
    form = "{name:24} {messages:>9} {amount:>14} {currency}  (estimated {estimated})"
    lines = [form.format_map({**each, "name": each[by] or "none"}) for each in listed]
    show(listed, as_json=as_json, text="\n".join(lines) or "Nothing that was sent cost anything.")
