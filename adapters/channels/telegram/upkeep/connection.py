"""Tells Telegram where a bot's updates go, and asks it how that is going."""

from pathlib import Path

from telegram import Bot, WebhookInfo

from adapters.channels.telegram.inbound.parse import ALLOWED_UPDATES
from adapters.channels.telegram.outbound.errors import guarded
from core.errors import SendError
from core.files.documents import read
from core.ports.channel import Finding

MAX_CONNECTIONS = 40  # deliveries at once, Telegram's own default
MANY_WAITING = 100  # more updates than this do not come from a busy minute
SET_UP = "run `doorstep channels setup`"


async def setup(bot: Bot, url: str, secrets: tuple[str, ...]) -> list[Finding]:
    """Registers `url` with the first secret; without secrets, ends the webhook and keeps what waits, as polling needs.

    Raises SendError; Telegram takes https on 443, 80, 88 and 8443 only.
    """
    if not secrets:
        await guarded(bot.delete_webhook(drop_pending_updates=False))
        return [Finding("webhook", True, "none: updates are polled"), await _name_commands(bot)]
    call = bot.set_webhook(
        url, allowed_updates=ALLOWED_UPDATES, secret_token=secrets[0], max_connections=MAX_CONNECTIONS
    )
    await guarded(call)
    return [Finding("webhook", True, f"registered: {url}"), await _name_commands(bot)]


async def status(bot: Bot, url: str, secrets: tuple[str, ...]) -> list[Finding]:
    """Checks that Telegram knows the bot and delivers to `url` without trouble (nowhere, for one without secrets)."""
    try:
        me = await guarded(bot.get_me())
        info = await guarded(bot.get_webhook_info())
    except SendError as error:
        cure = error.detail or "see whether this machine reaches TELEGRAM_API_URL"
        return [Finding("bot", False, error.code, cure)]
    checked = [_webhook(info, url), _kinds(info), _last_error(info)] if secrets else [_no_webhook(info)]
    return [Finding("bot", True, f"@{me.username} ({me.id})"), *checked, _waiting(info)]


async def _name_commands(bot: Bot) -> Finding:
    """Sets the menu beside the text field, unless the bot has one already: it may be the store's own."""
    try:
        if await guarded(bot.get_my_commands()):
            return Finding("commands", True, "kept as they are")
        for language, commands in _commands().items():
            named = bot.set_my_commands(list(commands.items()), language_code="" if language == "en" else language)
            await guarded(named)
    except SendError as error:
        return Finding("commands", False, error.code, "nothing is lost without them; add /menu in BotFather by hand")
    return Finding("commands", True, "named")


def _commands() -> dict[str, dict[str, str]]:
    listed: dict[str, dict[str, str]] = read(Path(__file__).parent / "commands.yaml")
    return listed


def _webhook(info: WebhookInfo, url: str) -> Finding:
    if info.url == url:
        return Finding("webhook", True, url)
    said = f"registered is {info.url}, expected {url}" if info.url else "none is registered"
    return Finding("webhook", False, said, f"{SET_UP}; PUBLIC_URL must be the address that the world sees")


def _no_webhook(info: WebhookInfo) -> Finding:
    if not info.url:
        return Finding("webhook", True, "none: updates are polled")
    return Finding("webhook", False, f"updates go to {info.url}", f"{SET_UP} to poll, or set TELEGRAM_WEBHOOK_SECRET")


def _kinds(info: WebhookInfo) -> Finding:
    """Checks what Telegram sends; without a list all but a few kinds, of which reactions are one."""
    sent = set(info.allowed_updates or set(ALLOWED_UPDATES) - {"message_reaction"})
    missing = [kind for kind in ALLOWED_UPDATES if kind not in sent]
    if missing:
        return Finding("update kinds", False, f"not sent: {', '.join(missing)}", SET_UP)
    return Finding("update kinds", True, "all that we read")


def _last_error(info: WebhookInfo) -> Finding:
    """Checks the last failed delivery, which is over once nothing waits any more."""
    if not info.last_error_date:
        return Finding("deliveries", True, "no failure is known")
    said = f"{info.last_error_date:%Y-%m-%d %H:%M} UTC: {info.last_error_message or 'failed'}"
    if not info.pending_update_count:
        return Finding("deliveries", True, f"last failed {said}")
    cure = "open PUBLIC_URL from outside: certificate, firewall, proxy; a 401 means another secret, then set up again"
    return Finding("deliveries", False, f"failing, {said}", cure)


def _waiting(info: WebhookInfo) -> Finding:
    said = f"{info.pending_update_count} updates"
    if info.pending_update_count <= MANY_WAITING:
        return Finding("waiting", True, said)
    return Finding("waiting", False, said, "see whether `make start` runs; Telegram drops them after 24 hours")
