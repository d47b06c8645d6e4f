"""Tests the polling process: it registers, polls, waits out failures, and ends when it is told to."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from bots import telegram_polling
from bots.telegram_polling import register_webhook
from core.errors import Outcome, SendError
from core.ports.channel import Finding


class Bot:
    """Answers as scripted."""

    channel, account, polls = "telegram", "111", True

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.bases: list[str] = []

    async def setup(self, base_url: str) -> list[Finding]:
        self.bases.append(base_url)
        return await self._next() or [Finding("webhook", True, "registered"), Finding("commands", False, "http_500")]

    async def _next(self) -> Any:
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, SendError):
            raise answer
        return answer


INTAKE = SimpleNamespace(settings=SimpleNamespace(base_url="https://desk.shop.example"))


def patiently(call: Callable[[], Awaitable[Any]], stop_after: float) -> Any:
    async def run() -> Any:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(stop_after, stop.set)
        return await asyncio.wait_for(telegram_polling._patiently(stop, call), 5)

    return asyncio.run(run())


def test_a_call_is_tried_until_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_polling, "PAUSE_SECONDS", 0.01)
    bot = Bot(SendError(Outcome.RETRY, "http_502"), SendError(Outcome.AMBIGUOUS, "timeout"), "done")
    assert patiently(bot._next, 5) == "done"


def test_an_open_poll_and_a_long_pause_end_at_once_when_told() -> None:
    async def poll() -> None:
        await asyncio.sleep(60)

    assert patiently(poll, 0.05) is None
    assert patiently(Bot(SendError(Outcome.MISCONFIGURED, "InvalidToken"))._next, 0.05) is None


def test_what_set_up_did_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bots.telegram_polling")
    bot = Bot()
    asyncio.run(register_webhook(INTAKE, bot))
    assert bot.bases == ["https://desk.shop.example"]
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "Telegram webhook"),
        ("WARNING", "Telegram commands"),
    ]


def test_the_webhook_of_strays_is_no_bots() -> None:
    async def close() -> None:
        return None

    class Registered(Bot):
        polls = False

    bots, paths = [Registered(), Registered()], ["first", "second", "strays"]
    endpoints = [SimpleNamespace(channel="telegram", path=path) for path in paths]
    settings = SimpleNamespace(base_url="https://desk.shop.example", public_url="https://desk.shop.example")
    kit, http = SimpleNamespace(accounts=bots, endpoints=endpoints), SimpleNamespace(close=close)
    asyncio.run(telegram_polling._run(SimpleNamespace(settings=settings, kit=kit, http=http)))
    assert [bot.bases for bot in bots] == [["https://desk.shop.example"]] * 2


def test_a_webhook_that_cannot_be_registered_is_reported_not_fatal(caplog: pytest.LogCaptureFixture) -> None:
    asyncio.run(register_webhook(INTAKE, Bot(SendError(Outcome.MISCONFIGURED, "BadRequest: bad webhook"))))
    assert [record.getMessage() for record in caplog.records] == ["the Telegram webhook was not registered"]
