"""Serves a small Slack on 127.0.0.1: scripted answers by method, a list of calls, the Socket Mode connection."""

import asyncio
import json
from typing import Any

from aiohttp import WSMsgType, web

OK: dict[str, Any] = {"ok": True, "ts": "1796119200.000100", "message_ts": "1796119200.000900", "channel": "C0SUPPORT"}


class FakeSlack:
    """Answers as scripted: JSON, a (status, body, headers) triple, or None to hang up; methods without one say OK.

    A list is answers to calls one after the other.
    """

    def __init__(self, answers: dict[str, Any] | None = None) -> None:
        self.answers = answers or {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.tokens: list[str] = []
        self.uploads: list[bytes] = []
        self.envelopes: asyncio.Queue[dict[str, Any] | str | None] = asyncio.Queue()
        self.acks: list[dict[str, Any]] = []
        self.acked = asyncio.Event()
        self.connections = 0

    async def __aenter__(self) -> "FakeSlack":
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._method)
        app.router.add_get("/link", self._link)
        app.router.add_post("/upload/{file}", self._upload)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def acknowledged(self, count: int) -> None:
        """Waits until so many envelopes are acknowledged."""
        while len(self.acks) < count:
            self.acked.clear()
            await asyncio.wait_for(self.acked.wait(), 10)

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        raw = await request.read()
        body = json.loads(raw) if raw.startswith(b"{") else dict(await request.post())
        self.calls.append((method, {**request.query, **body}))
        self.tokens.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
        answer = self.answers.get(method, self._default(method))
        return self._answer(request, answer.pop(0) if isinstance(answer, list) else answer)

    def _default(self, method: str) -> dict[str, Any]:
        if method == "apps.connections.open":
            return {"ok": True, "url": f"ws://127.0.0.1:{self._port}/link?ticket={self.connections}"}
        return OK

    def _answer(self, request: web.Request, answer: Any) -> web.StreamResponse:
        if answer is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        status, body, headers = answer if isinstance(answer, tuple) else (200, answer, {})
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html", headers=headers)
        return web.json_response(body, status=status, headers=headers)

    async def _upload(self, request: web.Request) -> web.Response:
        self.uploads.append(await request.read())
        return web.Response(text=f"OK - {len(self.uploads[-1])}")

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        self.connections += 1
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        feeding = asyncio.create_task(self._feed(socket))
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self.acks.append(json.loads(message.data))
                self.acked.set()
        feeding.cancel()
        return socket

    async def _feed(self, socket: web.WebSocketResponse) -> None:
        """Envelopes, or their text; None in the queue: the connection is recycled, as Slack does it every few hours."""
        while True:
            envelope = await self.envelopes.get()
            if envelope is None:
                await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
                return
            await (socket.send_str(envelope) if isinstance(envelope, str) else socket.send_json(envelope))
