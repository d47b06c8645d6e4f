"""Registers the webhook of Telegram bots that have one, polls the others; ends when there is nothing to poll."""

import asyncio
import logging
import signal
from functools import partial
from typing import Any

from bots.process import become, in_words
from config.accounts import accounts
from core.errors import Outcome, SendError

log = logging.getLogger(__name__)

PAUSE_SECONDS = 3.0


async def poll_forever(intake: Any, account: Any, endpoint: Any, stop: asyncio.Event) -> None:
    """Polls one bot's updates; stores them before the next request confirms them (Bot API, "getUpdates")."""
    from adapters.channels.telegram.inbound import polling  # noqa: PLC0415 - only where Telegram is polled
    from bots.wiring.intake import mailbox, read  # noqa: PLC0415
    from hub import metrics  # noqa: PLC0415

    acceptor = mailbox(intake)
    await _patiently(stop, partial(account.setup, intake.settings.base_url))
    offset = 0
    while not stop.is_set():
        updates = await _patiently(stop, partial(account.poll, offset)) or []
        arrivals = [row for update in updates for row in read(endpoint, polling.as_request(update), intake.now())]
        if arrivals:
            for new in await asyncio.to_thread(acceptor.accept, arrivals):
                metrics.webhooks.labels("telegram", "accepted" if new else "duplicate").inc()
            offset = int(updates[-1]["update_id"]) + 1


async def register_webhook(intake: Any, account: Any) -> None:
    """Tells Telegram where this bot's updates go. A failure is reported, not fatal: it may be registered by hand."""
    try:
        findings = await account.setup(intake.settings.base_url)
    except SendError as error:
        log.warning("the Telegram webhook was not registered", extra={"code": error.code, "detail": error.detail})
        return
    for finding in findings:
        level = logging.INFO if finding.ok else logging.WARNING
        log.log(level, "Telegram %s", finding.what, extra={"said": finding.said, "account": account.account})


async def _patiently(stop: asyncio.Event, call: Any) -> Any:
    """Repeats a call until it works; returns its result, or None when stopped. Goes slowly for a wrong token."""
    stopped = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            called = asyncio.create_task(call())
            await asyncio.wait((called, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not called.done():
                called.cancel()  # what a poll would have brought is brought by the next
                return None
            try:
                return called.result()
            except SendError as error:
                log.warning("Telegram does not answer", extra={"code": error.code, "detail": error.detail})
                pause = 30.0 if error.outcome is Outcome.MISCONFIGURED else error.retry_after or PAUSE_SECONDS
                await asyncio.wait((stopped,), timeout=pause)
    finally:
        stopped.cancel()
    return None


async def _run(intake: Any) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bots = [account for account in intake.kit.accounts if account.channel == "telegram"]
    endpoints = [endpoint for endpoint in intake.kit.endpoints if endpoint.channel == "telegram"]
    work = [
        poll_forever(intake, account, endpoint, stop) if account.polls else register_webhook(intake, account)
        for account, endpoint in zip(bots, endpoints, strict=False)  # after the bots' own comes that of strays
        if account.polls or intake.settings.public_url
    ]
    await asyncio.gather(*work)
    await intake.http.close()


def main() -> None:
    """Registers or polls every bot."""
    settings = become("telegram_polling")
    with in_words():
        listed = accounts(settings)["telegram"]
    if not any(not account.get("webhook_secret") or settings.public_url for account in listed):
        return
    from bots.checks import open_for_process  # noqa: PLC0415 - an unused process must stay small
    from bots.wiring.health import counts  # noqa: PLC0415
    from bots.wiring.intake import build_intake  # noqa: PLC0415

    counts.share(settings.var_dir)
    with in_words():
        intake = build_intake(settings)
        open_for_process(intake.store)
    asyncio.run(_run(intake))


if __name__ == "__main__":
    main()
