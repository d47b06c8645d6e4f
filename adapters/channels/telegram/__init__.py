"""Telegram by the Bot API: read with python-telegram-bot's types, called with its Bot, carried by aiohttp."""

from collections.abc import Sequence

from adapters.channels.telegram.settings import AccountSettings, require_distinct
from adapters.transport.http import Http
from core.ports import Endpoint, Files, Kit

__all__ = ["PATH", "AccountSettings", "build"]

PATH = "/webhooks/telegram"


def build(accounts: Sequence[AccountSettings], api_url: str, http: Http, files: Files) -> Kit:
    """The bots and their webhooks: `/webhooks/telegram` for the first, `/webhooks/telegram/<name>` for the others.

    `api_url` is the host part; `/bot<token>/…` and `/file/bot<token>/…` follow. Nothing without accounts. Raises
    ConfigurationError for bots that could be taken for one another.
    """
    if not accounts:
        return Kit((), ())
    require_distinct(tuple(accounts))
    # Here, not above: 190 ms and 35 MB that only a process with a Telegram account should pay.
    from adapters.channels.telegram.inbound import parse, verify  # noqa: PLC0415
    from adapters.channels.telegram.outbound import send  # noqa: PLC0415

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
        send.TelegramAccount(settings, api_url, http, files, path)
        for path, settings in zip(paths, accounts, strict=True)
    )
    return Kit(speaking, endpoints)
