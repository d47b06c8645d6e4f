"""Sets up a bot against a provider on 127.0.0.1 that answers as scripted."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs

from adapters.channels.telegram.outbound.send import TelegramAccount
from adapters.channels.telegram.settings import PATH, AccountSettings
from adapters.transport.http import Http
from core.people.addresses import Address
from core.ports.calls import Part, Sent
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Asked, Provider, Reply

T = TypeVar("T")
TOKEN = "5550001111:AAHkq3v"
WEBHOOK = AccountSettings(TOKEN, ("new-secret", "old-secret"))
POLLED = AccountSettings(TOKEN)
JANE = Address("telegram", "5550001111", "7390112")
CHAT = {"id": 7390112, "first_name": "Jane", "type": "private"}
MESSAGE = {"message_id": 517, "date": 1796119300, "chat": CHAT, "text": "…"}


def ok(result: Any) -> Reply:
    return Reply(200, {"ok": True, "result": result})


def refusing(status: int, description: str, **more: Any) -> Reply:
    return Reply(status, {"ok": False, "error_code": status, "description": description, **more})


def nothing_first(_: Asked) -> Reply | None:
    return None


def against(
    reply: Reply,
    act: Callable[[TelegramAccount], Awaitable[T]],
    before: Callable[[Asked], Reply | None] = nothing_first,
    settings: AccountSettings = WEBHOOK,
) -> tuple[T, list[Asked]]:
    """Returns what `act` gives, and what the provider was asked (without what `before` answered)."""

    async def run() -> tuple[T, list[Asked]]:
        http = Http()
        async with Provider(reply, before) as provider:
            try:
                return await act(TelegramAccount(settings, provider.url, http, KeptFiles(), PATH)), provider.asked
            finally:
                await http.close()

    return asyncio.run(run())


def send(reply: Reply, part: Part, before: Callable[[Asked], Reply | None] = nothing_first) -> tuple[Sent, list[Asked]]:
    return against(reply, lambda account: account.send(part, JANE, "p1"), before)


def method(asked: Asked) -> str:
    return asked.path.rpartition("/")[2]


def form(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
