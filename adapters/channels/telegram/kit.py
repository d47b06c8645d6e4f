"""Builds the bots and their webhooks, by the Bot API."""

from collections.abc import Sequence

from adapters.channels.spec import Site
from adapters.channels.telegram.inbound import parse, verify
from adapters.channels.telegram.outbound import send
from adapters.channels.telegram.settings import PATH, AccountSettings, require_distinct
from core.ports import Endpoint, Kit


def build(accounts: Sequence[AccountSettings], site: Site) -> Kit:
    """Builds bots and webhooks: `/webhooks/telegram` for the first, `/webhooks/telegram/<name>` for the others.

    `site`'s API address is the host part; `/bot<token>/…` and `/file/bot<token>/…` follow. Nothing without accounts.
    Raises ConfigurationError for bots that could be taken for one another.
    """
    if not accounts:
        return Kit((), ())
    require_distinct(tuple(accounts))
    paths = [PATH if n == 0 else f"{PATH}/{settings.name}" for n, settings in enumerate(accounts)]
    endpoints = tuple(
        Endpoint(
            path=path,
            channel="telegram",
            verify=verify.verifier(settings.webhook_secrets),
            parse=parse.parser(settings.bot_id),
        )
        for path, settings in zip(paths, accounts, strict=True)
    )
    speaking = tuple(
        send.TelegramAccount(settings, site.api_url, site.http, site.files, path)
        for path, settings in zip(paths, accounts, strict=True)
    )
    return Kit(speaking, endpoints)
