"""Tells Telegram where a bot's updates go: to a webhook, or nowhere so that they can be polled."""

from adapters.channels.telegram.parse import ALLOWED_UPDATES
from adapters.channels.telegram.send import TelegramAccount, guarded
from adapters.channels.telegram.settings import AccountSettings
from adapters.http import Http


async def set_webhook(account: AccountSettings, url: str, api_url: str, http: Http) -> None:
    """Registers `url` with the first secret. Raises SendError; Telegram takes https on 443, 80, 88 and 8443 only."""
    bot = TelegramAccount(account, api_url, http).bot
    secret = account.webhook_secrets[0] if account.webhook_secrets else None
    await guarded(bot.set_webhook(url, allowed_updates=ALLOWED_UPDATES, secret_token=secret))


async def delete_webhook(account: AccountSettings, api_url: str, http: Http) -> None:
    """Ends the webhook and keeps what waits, as polling needs. Raises SendError."""
    await guarded(TelegramAccount(account, api_url, http).bot.delete_webhook(drop_pending_updates=False))
