"""Tells how a week or a month was: `doorstep report`."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from bots.cli.common import installation, json_option, show

if TYPE_CHECKING:
    from insights.reports.report import Report
    from insights.reports.words import Words


@click.command()
@click.argument("kind", type=click.Choice(["week", "month"]))
@click.option("--of", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="A day in it; the last that is over.")
@click.option("--locale", default="", help="The language, en or zh; the shop's.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
@json_option
def report(kind: str, of: datetime | None, locale: str, as_csv: bool, as_json: bool) -> None:
    """How a week or a month was: numbers with what moved them, what to mend first, what was changed.

    Weeks begin on Mondays; days are the shop's. Each finding names its conversations (a page of the dashboard) and,
    where there is one, the file and line to change.
    """
    from bots.wiring.insight.reports import made, names

    with installation() as parts:
        try:
            found = made(parts.hub, parts.intake.settings.store_dir, kind, of.date() if of else None)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--of") from error
        from insights.reports.words import Words

        words = Words(locale or parts.hub.notices.shop.locale, names(parts.hub))
        _show(found, words, parts.intake.settings.base_url, as_csv=as_csv, as_json=as_json)


def _show(found: "Report", words: "Words", base_url: str, *, as_csv: bool, as_json: bool) -> None:
    from insights.dashboard.csv_file import lines
    from insights.reports import files, terminal

    if as_csv:
        for piece in lines(files.HEADER, files.rows(found, words)):
            click.echo(piece, nl=False)
    else:
        show(files.data(found, words), as_json=as_json, text=terminal.written(found, words, base_url))
