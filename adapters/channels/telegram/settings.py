"""The settings of one Telegram bot."""

import msgspec


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
