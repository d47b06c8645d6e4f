"""Declares the settings of one Telegram bot, and the path that Telegram calls the first one by."""

import re

import msgspec

from core.errors import ConfigurationError

PATH = "/webhooks/telegram"
STRAY = f"{PATH}/<account>"  # any other path below, which no bot in the settings has
TOKEN = re.compile(r"\d+:\S+")
NAME = re.compile(r"[\w.-]*", re.ASCII)


class AccountSettings(msgspec.Struct, frozen=True):
    """Holds the settings of one bot. `account` names its webhook's path when it is not the first bot; empty means the
    bot's id.

    Without `webhook_secrets` the webhook refuses everything and the updates are polled. The first secret is registered.
    """

    token: str = msgspec.field(name="bot_token")
    webhook_secrets: tuple[str, ...] = msgspec.field(default=(), name="webhook_secret")
    account: str = ""

    @property
    def bot_id(self) -> str:
        """Returns the token up to the colon: the account in addresses. Each bot has its own, and keeps it."""
        return self.token.partition(":")[0]

    @property
    def name(self) -> str:
        """Returns the last part of the webhook's path."""
        return self.account or self.bot_id

    def __repr__(self) -> str:
        """Shows no token: a settings object ends up in tracebacks."""
        return f"AccountSettings({self.name!r})"


def require_distinct(accounts: tuple[AccountSettings, ...]) -> None:
    """Raises ConfigurationError for what is no token, and for bots whose addresses or webhook paths would be one."""
    for each in accounts:
        if not TOKEN.fullmatch(each.token):
            raise ConfigurationError("a Telegram bot token looks like 123456789:AA…; copy it from BotFather")
        if not NAME.fullmatch(each.account):
            raise ConfigurationError(
                f"Telegram account {each.account!r}: it is part of the webhook's address, so use letters, digits, . _ -"
            )
    _require_unlike("bot", [each.bot_id for each in accounts])
    _require_unlike("account name", [each.name for each in accounts])


def _require_unlike(what: str, values: list[str]) -> None:
    twice = next((value for value in values if values.count(value) > 1), "")
    if twice:
        raise ConfigurationError(f"two Telegram accounts have the same {what}: {twice}")
