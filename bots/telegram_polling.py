"""Telegram: registers the webhook of bots that have one, polls the others, and ends when there is nothing to poll."""

import asyncio
import logging
import signal
from functools import partial
from typing import Any

from bots.process import become
from config.accounts import accounts
from core.errors import Outcome, SendError

log = logging.getLogger(__name__)

PAUSE_SECONDS = 3.0


async def poll_forever(intake: Any, account: Any, endpoint: Any, stop: asyncio.Event) -> None:
    """One bot's updates: stored before the next request says that they are."""
    from adapters.channels.telegram import polling, register  # noqa: PLC0415 - only where Telegram is polled
    from bots.intake import mailbox, read  # noqa: PLC0415

    acceptor, url = mailbox(intake), intake.settings.telegram_api_url
    await _patiently(stop, partial(register.delete_webhook, account, url, intake.http))
    offset = 0
    while not stop.is_set():
        updates = await _patiently(stop, partial(polling.poll, account, url, intake.http, offset)) or []
        for update in updates:
            arrivals = read(endpoint, polling.as_request(update), intake.now())
            await asyncio.to_thread(acceptor.accept, arrivals)
            offset = int(update["update_id"]) + 1


async def register_webhook(intake: Any, account: Any, path: str) -> None:
    """Tells Telegram where this bot's updates go. A failure is reported, not fatal: it may be registered by hand."""
    from adapters.channels.telegram import register  # noqa: PLC0415 - only where Telegram is on

    url = intake.settings.base_url + path
    try:
        await register.set_webhook(account, url, intake.settings.telegram_api_url, intake.http)
    except SendError as error:
        log.warning("the Telegram webhook was not registered", extra={"code": error.code, "detail": error.detail})
    else:
        log.info("Telegram webhook registered", extra={"path": path})


async def _patiently(stop: asyncio.Event, call: Any) -> Any:
    """The call's result, tried again until it works; a wrong token is said and waited out, slowly."""
    while not stop.is_set():
        try:
            return await call()
        except SendError as error:
            log.warning("Telegram does not answer", extra={"code": error.code, "detail": error.detail})
            pause = 30.0 if error.outcome is Outcome.MISCONFIGURED else error.retry_after or PAUSE_SECONDS
            await asyncio.wait([asyncio.create_task(stop.wait())], timeout=pause)
    return None


async def _run(intake: Any, listed: Any) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    endpoints = [e for e in intake.kit.endpoints if e.channel == "telegram"]
    work = [
        register_webhook(intake, account, endpoint.path)
        if account.webhook_secrets
        else poll_forever(intake, account, endpoint, stop)
        for account, endpoint in zip(listed, endpoints, strict=True)
        if not account.webhook_secrets or intake.settings.public_url
    ]
    await asyncio.gather(*work)
    await intake.http.close()


def main() -> None:
    """Registers or polls every bot."""
    settings = become("telegram_polling")
    listed = accounts(settings)["telegram"]
    if not any(not account.get("webhook_secret") or settings.public_url for account in listed):
        return
    from bots.channels import telegram_accounts  # noqa: PLC0415 - an unused process must stay small
    from bots.intake import build_intake  # noqa: PLC0415
    from storage import migrate  # noqa: PLC0415

    intake = build_intake(settings)
    migrate.upgrade(intake.store)
    asyncio.run(_run(intake, telegram_accounts(listed)))


if __name__ == "__main__":
    main()
