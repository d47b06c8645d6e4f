"""Checks whether the store's system tells us everything, and sees to it: `doorstep shops`."""

import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from bots.cli.common import json_option, refuse, show

if TYPE_CHECKING:
    from core.ports.channel import Finding
    from core.ports.shop import ShopConnection

Ask = Callable[["ShopConnection", str], Awaitable[list["Finding"]]]


@click.group()
def shops() -> None:
    """Check and set up the connection to the store's system (docs/store/)."""


@shops.command()
@json_option
def status(as_json: bool) -> None:
    """Does the store tell us everything? Token, scopes, and which webhooks come here."""
    _print(_each(lambda shop, url: shop.status(url), public=False), as_json)


@shops.command()
@json_option
def setup(as_json: bool) -> None:
    """Subscribe to the store's webhooks, and mend what leads elsewhere; again, it does nothing."""
    _print(_each(lambda shop, url: shop.setup(url), public=True), as_json)


def _each(ask: Ask, *, public: bool) -> dict[str, list["Finding"]]:
    import asyncio

    from adapters.transport.http import Http
    from bots.cli.checkups import safely
    from bots.wiring.sources import connections, kinds
    from config.settings import load

    settings = load()
    if public and not settings.public_url:
        words = f"PUBLIC_URL is not set, and no store can reach {settings.base_url}. Set it to your https address."
        raise refuse(words)

    async def all_of_them() -> dict[str, list["Finding"]]:
        http = Http()
        try:
            shops_ = connections(settings, http)
            return {shop.name: await safely(ask(shop, settings.base_url)) for shop in shops_}
        finally:
            await http.close()

    found = asyncio.run(all_of_them())
    if not found:
        needed = "; ".join(kind.off.removeprefix("off; ") for kind in kinds() if kind.is_shop)
        raise refuse(f"no store is connected that can be asked: {needed}.")
    return found


def _print(found: dict[str, list["Finding"]], as_json: bool) -> None:
    from bots.cli.checkups import lines
    from core.ports.channel import Finding

    nothing = [Finding("setup", True, "nothing to do")]
    text = "\n".join(line for name, findings in found.items() for line in lines(name, findings or nothing))
    listed = [{"shop": name, "findings": findings} for name, findings in found.items()]
    show(listed, as_json=as_json, text=text)
    if not all(each.ok for findings in found.values() for each in findings):
        sys.exit(1)
