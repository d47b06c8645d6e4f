"""Telegram by the Bot API: python-telegram-bot reads the updates and makes the calls, aiohttp carries them."""

from collections.abc import Sequence

from adapters.channels.telegram.settings import AccountSettings
from adapters.http import Http
from core.ports import Endpoint, Kit

__all__ = ["PATH", "AccountSettings", "build"]

PATH = "/webhooks/telegram"


def build(accounts: Sequence[AccountSettings], api_url: str, http: Http) -> Kit:
    """The bots and their webhooks: `/webhooks/telegram` for the first, `/webhooks/telegram/<account>` for the others.

    `api_url` is the host part; `/bot<token>/…` and `/file/bot<token>/…` follow. Nothing without accounts.
    """
    if not accounts:
        return Kit((), ())
    # Here, not above: 190 ms and 35 MB that only a process with a Telegram account should pay.
    from adapters.channels.telegram import parse, send, verify  # noqa: PLC0415

    endpoints = tuple(
        Endpoint(
            path=PATH if n == 0 else f"{PATH}/{settings.name}",
            channel="telegram",
            verify=verify.verifier(settings.webhook_secrets),
            parse=parse.parser(settings.name),
        )
        for n, settings in enumerate(accounts)
    )
    return Kit(tuple(send.TelegramAccount(settings, api_url, http) for settings in accounts), endpoints)
