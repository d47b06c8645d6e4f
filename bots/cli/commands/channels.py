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

OWN_WORDS = "for a kind of your own make a template at the provider, and name it in templates.yaml"
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
    from bots.cli.doctor.troubles import of_rows

    with installation() as parts:
        checked = _each(parts, channel, lambda speaking, url: speaking.status(url))
        checked += [Checked(*each) for each in of_rows(parts, channel)]
    _print(checked, as_json)


@channels.command()
@click.argument("channel", required=False, default="")
@json_option
def setup(channel: str, as_json: bool) -> None:
    """Register our webhooks for CHANNEL (or every channel) where the provider lets programs do that."""
    from storage.desk import audit

    with installation() as parts:
        base_url = parts.intake.settings.base_url
        if not base_url.startswith("https://") and not parts.intake.settings.public_url:
            raise refuse(f"PUBLIC_URL is not set, and no provider can reach {base_url}. Set it to your https address.")
        checked = _each(parts, channel, lambda speaking, url: speaking.setup(url))
        with parts.hub.store.write() as conn:
            audit.record(conn, parts.hub.store, "cli", "setup", f"channel:{channel or 'all'}", parts.hub.now())
    _print(checked, as_json)


@channels.command()
@click.argument("channel", required=False, default="")
@click.option("--library", "of_library", is_flag=True, help="What the provider's own library offers for our notices.")
@click.option("--submit", is_flag=True, help="Our words for approval (with --yes); with --library: make those ours.")
@click.option("--yes", is_flag=True, help="With --submit: do it. Without it only what would be submitted is shown.")
@click.option("--kind", default="", help="With --submit: only the words of this kind of notice.")
@click.option(
    "--url", default="", help="Where buttons lead, like https://shop.example/orders/{{1}} (the order number)."
)
@json_option
def templates(channel: str, of_library: bool, submit: bool, yes: bool, kind: str, url: str, as_json: bool) -> None:
    """The templates that the providers have of us, with category and status.

    --library shows ready-made ones of the provider's. --submit shows our words for each kind of notice, in English and
    Chinese, and what the provider has of them; with --yes it submits what is not there.
    """
    import asyncio

    import msgspec

    if url and not of_library:
        raise click.UsageError("--url goes with --library.")
    if (yes or kind) and (of_library or not submit):
        raise click.UsageError("--yes and --kind go with --submit, and not with --library.")
    if of_library:
        _library(channel, submit, url, as_json)
        return
    if submit:
        _submit(channel, kind, yes, as_json)
        return
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
@click.argument("kind")
@click.option("--order", "order", required=True, metavar="N", help="The order that it is about.")
@json_option
def preview(kind: str, order: str, as_json: bool) -> None:
    """What a notice of KIND would say to an order's customer, on each channel and by each template, and its cost."""
    from bots.cli import previewing

    with installation() as parts:
        found = previewing.ask(parts, [each.channel for each in _chosen(parts, "")], kind, order)
    show(found, as_json=as_json, text=previewing.told(found))


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


def _submit(channel: str, kind: str, yes: bool, as_json: bool) -> None:
    from bots.cli import library, submitting
    from core.files.near import one_of
    from notifications.wording.submissions import load_submissions

    known = sorted({each.kind for each in load_submissions().templates})
    kind = kind.replace("-", "_")
    if kind and kind not in known:
        raise refuse(f"there are no words of ours to submit for {kind} ({OWN_WORDS}); {one_of(kind, known)}")
    with installation() as parts:
        found = submitting.ask(parts, _chosen(parts, channel), kind, submit=yes)
    show(found, as_json=as_json, text=submitting.told(found, submitted=yes))
    if any(row.state == library.REFUSED for each in found for row in each.rows):
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

    from bots.cli.checkups import safely

    chosen = _chosen(parts, channel)

    async def all_of_them() -> list[Checked]:
        base_url = parts.intake.settings.base_url
        made = [Checked(s.channel, s.account, await safely(ask(s, base_url))) for s in chosen]
        await parts.intake.http.close()
        return made

    return asyncio.run(all_of_them())


async def _listed(speaking: "Channel", parts: "Parts") -> list["TemplateState"]:
    from bots.cli.checkups import sentence
    from core.errors import SendError

    try:
        return await speaking.templates()
    except SendError as error:
        raise refuse(f"{speaking.channel} {speaking.account}: {sentence(error)}") from None
    finally:
        await parts.intake.http.close()


def _print(checked: list[Checked], as_json: bool) -> None:
    from bots.cli.checkups import lines
    from core.ports.channel import Finding

    nothing = [Finding("setup", True, "nothing to do")]
    text = [line for each in checked for line in lines(f"{each.channel} {each.account}", each.findings or nothing)]
    show(checked, as_json=as_json, text="\n".join(text))
    if not all(finding.ok for each in checked for finding in each.findings):
        sys.exit(1)
