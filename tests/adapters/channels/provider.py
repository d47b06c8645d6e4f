"""Stands in for a provider on 127.0.0.1: gives one scripted answer, keeps what it was asked, or hangs up."""

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from aiohttp import web


class Reply:
    """One answer: `body` is JSON unless it is bytes; `drop` hangs up after the request was read."""

    def __init__(
        self, status: int = 200, body: Any = None, headers: Mapping[str, str] | None = None, drop: bool = False
    ) -> None:
        self.status = status
        self.body = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
        self.headers = {"Content-Type": "application/json", **(headers or {})}
        self.drop = drop


class Asked:
    """A request as it arrived."""

    def __init__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
        self.method, self.path, self.headers, self.body = method, path, headers, body

    def json(self) -> Any:
        return json.loads(self.body)


class Provider:
    """Listens at `provider.url` (`async with Provider(reply) as provider:`); `asked` grows."""

    def __init__(self, reply: Reply, before: Callable[[Asked], Reply | None] = lambda _: None) -> None:
        self._reply, self._before = reply, before
        self.asked: list[Asked] = []
        self.url = ""

    async def __aenter__(self) -> "Provider":
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(request.method, request.raw_path, request.headers, await request.read())
        reply = self._before(asked) or self._reply
        if reply is self._reply:
            self.asked.append(asked)
        if reply.drop and request.transport is not None:
            request.transport.abort()
            await asyncio.sleep(0)
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)


@cache
def _closed_door() -> socket.socket:
    """Binds a port, so that nobody else gets it, and never listens on it."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    return door


def closed_port_url() -> str:
    """Returns an address where nobody listens."""
    return f"http://127.0.0.1:{_closed_door().getsockname()[1]}"
