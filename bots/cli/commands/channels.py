"""Checks whether providers reach us, and we them; registers our webhooks there: `doorstep channels`."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bots.cli.common import installation, json_option, refuse, show

if TYPE_CHECKING:
    from bots.wiring.installation import Parts
    from core.ports.channel import Channel, Finding
    from core.ports.templates import TemplateState

Ask = Callable[["Channel", str], Awaitable[list["Finding"]]]


@dataclass(frozen=True)
class Checked:
    """Holds what was found of one account."""

    channel: str
    account: str
    findings: list["Finding"]


@click.group()
def channels() -> None:
    """Check and set up the connections to the providers."""


@channels.command()
@click.argument("channel", required=False, default="")
@json_option
def status(channel: str, as_json: bool) -> None:
    """Would CHANNEL (or every channel) reach us? Token, webhook, subscription, quality, templates, what waits."""
    from bots.cli.troubles import of_rows

    with installation() as parts:
        checked = _each(parts, channel, lambda speaking, url: speaking.status(url))
        checked += [Checked(*each) for each in of_rows(parts, channel)]
    _print(checked, as_json)


@channels.command()
@click.argument("channel", required=False, default="")
@json_option
def setup(channel: str, as_json: bool) -> None:
    """Register our webhooks for CHANNEL (or every channel) where the provider lets programs do that."""
    with installation() as parts:
        base_url = parts.intake.settings.base_url
        if not base_url.startswith("https://") and not parts.intake.settings.public_url:
            raise refuse(f"PUBLIC_URL is not set, and no provider can reach {base_url}. Set it to your https address.")
        checked = _each(parts, channel, lambda speaking, url: speaking.setup(url))
    _print(checked, as_json)


@channels.command()
@click.argument("channel", required=False, default="")
@click.option("--library", "of_library", is_flag=True, help="What the provider's own library offers for our notices.")
@click.option("--submit", is_flag=True, help="Make those of the library ours that are not yet.")
@click.option(
    "--url", default="", help="Where buttons lead, like https://shop.example/orders/{{1}} (the order number)."
)
@json_option
def templates(channel: str, of_library: bool, submit: bool, url: str, as_json: bool) -> None:
    """The templates that the providers have of us, with category and status; with --library, ready-made ones: shipped,
    delayed, delivered and refunded in English and Chinese, always utility."""
    import asyncio

    import msgspec

    if of_library:
        _library(channel, submit, url, as_json)
        return
    if submit or url:
        raise click.UsageError("--submit and --url go with --library.")
    found: list[dict[str, str]] = []
    with installation() as parts:
        for speaking in _chosen(parts, channel):
            listed = asyncio.run(_listed(speaking, parts))
            found += [
                {"channel": speaking.channel, "account": speaking.account, **msgspec.to_builtins(each)}
                for each in listed
            ]
    lines = [
        "{channel:10} {account:17} {name:32} {language:8} {category:14} {status}".format_map(each) for each in found
    ]
    show(found, as_json=as_json, text="\n".join(lines) or "The providers list no templates of ours.")


@channels.command()
@json_option
def limits(as_json: bool) -> None:
    """What each channel can carry, as a table (Markdown)."""
    from adapters.channels import capability_table

    known = capability_table.load_all()
    show(known, as_json=as_json, text=capability_table.table(known).removesuffix("\n"))


def _library(channel: str, submit: bool, url: str, as_json: bool) -> None:
    from bots.cli import library

    if url and not library.is_fitting(url):
        raise click.UsageError(
            "--url is an https:// address that ends in {{1}}, like https://shop.example/orders/{{1}}."
        )
    with installation() as parts:
        shelves = library.ask(parts, _chosen(parts, channel), submit=submit, url=url)
    show([each for shelf in shelves for each in shelf.rows], as_json=as_json, text=library.told(shelves))
    refused = [each for shelf in shelves for each in shelf.rows if each.state == library.REFUSED]
    for each in refused:
        click.echo(f"{each.library} ({each.language}) is refused: {each.said}", err=True)
    if refused:
        sys.exit(1)


def _chosen(parts: "Parts", channel: str) -> list["Channel"]:
    known = sorted({name for name, _ in parts.hub.channels})
    if not known:
        raise refuse("No channel is switched on. `doorstep doctor` tells which settings each of them needs.")
    found = [speaking for (name, _), speaking in parts.hub.channels.items() if channel in ("", name)]
    if not found:
        raise refuse(f"{channel} is not switched on; these are: {', '.join(known)}.")
    return found


def _each(parts: "Parts", channel: str, ask: Ask) -> list[Checked]:
    import asyncio

    chosen = _chosen(parts, channel)

    async def all_of_them() -> list[Checked]:
        base_url = parts.intake.settings.base_url
        made = [Checked(s.channel, s.account, await _safely(ask(s, base_url))) for s in chosen]
        await parts.intake.http.close()
        return made

    return asyncio.run(all_of_them())


async def _safely(asked: Awaitable[list["Finding"]]) -> list["Finding"]:
    from core.errors import SendError
    from core.ports.channel import Finding

    try:
        return await asked
    except SendError as error:
        return [Finding("connection", False, f"{error.outcome.value} ({error.code}) {error.detail}".strip())]


async def _listed(speaking: "Channel", parts: "Parts") -> list["TemplateState"]:
    from core.errors import SendError

    try:
        return await speaking.templates()
    except SendError as error:
        raise refuse(f"{speaking.channel} {speaking.account}: {error.code} {error.detail}".strip()) from None
    finally:
        await parts.intake.http.close()


def _print(checked: list[Checked], as_json: bool) -> None:
    from core.ports.channel import Finding

    lines = []
    for each in checked:
        lines.append(click.style(f"{each.channel} {each.account}", bold=True))
        for finding in each.findings or [Finding("setup", True, "nothing to do")]:
            lines.append(f"  {_sign(finding)} {finding.what}: {finding.said}".rstrip(": "))
            advice = finding.todo if finding.ok else finding.cure
            if advice:
                lines.append(click.style(f"    → {advice}", fg="yellow"))
    show(checked, as_json=as_json, text="\n".join(lines))
    if not all(finding.ok for each in checked for finding in each.findings):
        sys.exit(1)


def _sign(finding: "Finding") -> str:
    """Marks what is well, what is not, and what only a person can do."""
    if not finding.ok:
        return click.style("✗", fg="red")
    return click.style("☐", fg="yellow") if finding.todo else click.style("✓", fg="green")
