"""Shows what a provider's own library has for our notices, and makes it ours: `channels templates --library`."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from bots.cli.common import refuse
from bots.wiring.installation import Parts
from core.errors import SendError
from core.people.addresses import provider_of
from core.ports.channel import Channel
from core.ports.templates import Offer, TemplateLibrary, TemplateState
from notifications.catalogue.loading import shipped
from notifications.wording.library import LANGUAGES, LibraryTemplate, load_library

NOT_MADE, NOT_OFFERED, CHANGED, NEEDS_URL, REFUSED = "not made", "not offered", "changed", "needs --url", "refused"
_URL = re.compile(r"https://[^\s{}]+\{\{1\}\}")


class Row(msgspec.Struct, frozen=True):
    """Holds one template in one language. `state`: the provider's word where it is ours already, else what keeps it."""

    channel: str
    account: str
    kind: str
    locale: str
    language: str
    library: str
    name: str
    category: str
    state: str
    text: str = ""
    said: str = ""


class Shelf(msgspec.Struct, frozen=True):
    """Holds what there is for one account. `settings`: what templates.yaml needs for what is ours."""

    account: str
    provider: str
    rows: list[Row]
    settings: dict[str, Any] = {}


def is_fitting(url: str) -> bool:
    """Tells whether buttons can lead there: Meta puts the value in place of {{1}}, at the end."""
    return _URL.fullmatch(url) is not None


def ask(parts: Parts, chosen: Sequence[Channel], *, submit: bool, url: str) -> list[Shelf]:
    """Asks the library of each account; with `submit` makes what is not ours yet."""

    async def all_of_them() -> list[Shelf]:
        shelves = [await _shelf(each, submit, url) for each in chosen if each.capabilities.templates]
        await parts.intake.http.close()
        return shelves

    return asyncio.run(all_of_them())


def told(shelves: Sequence[Shelf]) -> str:
    """Writes it for people."""
    lines: list[str] = []
    for shelf in shelves:
        lines.append(shelf.account)
        if not shelf.rows:
            lines.append("  This provider has no library; docs/channels/templates.md has words to submit.")
        lines += [
            f"  {row.kind:14} {row.language:6} {row.category:8} {row.library:24} {_state(row)}" for row in shelf.rows
        ]
        if shelf.settings:
            lines += ["", "For templates.yaml:", f"{shelf.provider}:"]
            lines += [f"  {kind}: {flowed(entry)}" for kind, entry in shelf.settings.items()]
    return "\n".join(lines) or "No channel here has templates."


async def _shelf(channel: Channel, submit: bool, url: str) -> Shelf:
    account = f"{channel.channel} {channel.account}"
    provider = provider_of(channel.channel, channel.account)
    if not isinstance(channel, TemplateLibrary):
        return Shelf(account, provider, [])
    entries = load_library()
    rows: list[Row] = []
    try:
        ours = {(each.name, each.language): each for each in await channel.templates()}
    except SendError as error:
        raise refuse(f"{account}: {worded(error)}") from None
    for entry in entries:
        for locale in LANGUAGES:
            rows.append(await _look(channel, entry, locale, ours, url if submit else None))
    settings = {}
    for entry in entries:
        locales = [row.locale for row in rows if row.kind == entry.kind and row.state == "approved"]
        if locales and entry.kind in shipped():
            settings[entry.kind] = entry.settings(locales)
    return Shelf(account, provider, rows, settings)


async def _look(
    channel: Any, entry: LibraryTemplate, locale: str, ours: dict[tuple[str, str], TemplateState], url: str | None
) -> Row:
    """Says how it is with one template; makes it ours where a `url`, perhaps empty, is given."""
    known = ours.get((entry.name, LANGUAGES[locale]))
    try:
        offer = await channel.offered(entry.library, LANGUAGES[locale])
        state = known.status if known else _hindrance(entry, offer, url)
        if url is not None and offer and state == NOT_MADE:
            state = (await channel.adopt(offer, entry.name, url)).status
    except SendError as error:
        return _row(channel, entry, locale, REFUSED, said=worded(error))
    return _row(channel, entry, locale, state, offer)


def _hindrance(entry: LibraryTemplate, offer: Offer | None, url: str | None) -> str:
    if offer is None:
        return NOT_OFFERED
    if not entry.fits(offer):
        return CHANGED
    return NEEDS_URL if url == "" and offer.urls else NOT_MADE


def _row(
    channel: Any, entry: LibraryTemplate, locale: str, state: str, offer: Offer | None = None, said: str = ""
) -> Row:
    category = offer.category if offer else "utility"
    text = "\n".join(part for part in (offer.header, offer.text) if part) if offer else ""
    return Row(
        channel.channel,
        channel.account,
        entry.kind,
        locale,
        LANGUAGES[locale],
        entry.library,
        entry.name,
        category,
        state,
        text,
        said,
    )


def _state(row: Row) -> str:
    if row.said:
        return f"{row.state}: {row.said}"
    return row.state if row.state in (NOT_MADE, NOT_OFFERED, CHANGED, NEEDS_URL) else f"{row.state} as {row.name}"


def worded(error: SendError) -> str:
    """Writes what a provider said of a call that it refused."""
    return f"{error.code} {error.detail}".strip()


def flowed(value: Any) -> str:
    """Writes a value as YAML on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {flowed(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flowed, value))}]"
    return str(value)
