"""Telegram by the Bot API: python-telegram-bot reads the updates and makes the calls, aiohttp carries them."""

import msgspec

from adapters.http import Http
from core.ports import Endpoint, Kit

API_URL = "https://api.telegram.org"
PATH = "/webhooks/telegram"


class AccountSettings(msgspec.Struct, frozen=True):
    """One bot. `account` names it in addresses; empty means the bot's id, which is the token up to the colon.

    Without `webhook_secrets` the webhook refuses everything and the updates are polled. The first secret is registered.
    """

    account: str
    token: str
    webhook_secrets: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The account's name in addresses."""
        return self.account or self.token.partition(":")[0]

    def __repr__(self) -> str:
        """Without the token: a settings object ends up in tracebacks."""
        return f"AccountSettings({self.name!r})"


def build(accounts: tuple[AccountSettings, ...], api_url: str, http: Http) -> Kit:
    """The bots and their webhooks: `/webhooks/telegram` for the first, `/webhooks/telegram/<account>` for the others.

    `api_url` is the host part; `/bot<token>/…` and `/file/bot<token>/…` follow.
    """
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
