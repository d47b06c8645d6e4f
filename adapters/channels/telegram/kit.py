"""Builds the bots and their webhooks, by the Bot API."""

from collections.abc import Sequence

from adapters.channels.spec import Site
from adapters.channels.telegram.inbound import parse, verify
from adapters.channels.telegram.outbound import send
from adapters.channels.telegram.settings import PATH, STRAY, AccountSettings, require_distinct
from core.ports.channel import Kit
from core.ports.webhooks import Endpoint


def build(accounts: Sequence[AccountSettings], site: Site) -> Kit:
    """Builds bots and webhooks: `/webhooks/telegram` for the first, `/webhooks/telegram/<name>` for the others.

    A path below that names no bot of ours takes what one of our secrets proves, to be kept and told of.
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
    secrets = tuple(secret for settings in accounts for secret in settings.webhook_secrets)
    if secrets:
        stray = Endpoint(STRAY, "telegram", verify.verifier(secrets), parse.parse_stray)
        endpoints = (*endpoints, stray)
    speaking = tuple(
        send.TelegramAccount(settings, site.api_url, site.http, site.files, path)
        for path, settings in zip(paths, accounts, strict=True)
    )
    return Kit(speaking, endpoints)
