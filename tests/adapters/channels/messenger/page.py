"""Sets up a page of ours before a Graph API on loopback that answers by path."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from adapters.channels.messenger.kit import build
from adapters.channels.messenger.settings import AccountSettings
from adapters.channels.spec import Site
from adapters.transport.http import Http
from core.people.addresses import Address
from core.ports.channel import Channel
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Asked, Provider, Reply

T = TypeVar("T")
PAGE, TOKEN = "1911512552446543", "EAAGpage"
JANE = Address("messenger", PAGE, "6543210987654321")
UNKNOWN = Reply(400, {"error": {"code": 2500, "message": "Unknown path components"}})


class GraphApi:
    """Answers as scripted. `answers`: "GET me" or the start of a path -> one reply or several in turn."""

    def __init__(self, answers: dict[str, Reply | list[Reply]]) -> None:
        self._answers = answers
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        called = f"{asked.method} {asked.path.removeprefix('/v26.0/')}"
        found = next((key for key in sorted(self._answers, key=len, reverse=True) if called.startswith(key)), None)
        reply = self._answers[found] if found else UNKNOWN
        if isinstance(reply, list):
            return reply.pop(0) if len(reply) > 1 else reply[0]
        return reply


def against(
    answers: dict[str, Reply | list[Reply]], act: Callable[[Channel], Awaitable[T]], files: KeptFiles | None = None
) -> tuple[T, list[Asked]]:
    """Returns what `act` makes of an account before a Graph API with these answers, and what was asked."""

    async def run() -> tuple[T, list[Asked]]:
        http, graph = Http(), GraphApi(answers)
        async with Provider(Reply(), graph.answer) as provider:
            settings = [AccountSettings(PAGE, TOKEN, ("s",), "v")]
            account = build(settings, Site(f"{provider.url}/v26.0", http, files or KeptFiles())).accounts[0]
            try:
                return await act(account), graph.asked
            finally:
                await http.close()

    return asyncio.run(run())


def refusal(code: int, subcode: int | None = None, message: str = "", status: int = 400) -> Reply:
    """Refuses as the Graph API words it."""
    more = {} if subcode is None else {"error_subcode": subcode}
    error = {"message": message or f"(#{code})", "type": "OAuthException", "code": code, **more, "fbtrace_id": "AxT"}
    return Reply(status, {"error": error})
