"""Answers WhatsApp's calls as fast as it can, and counts what each recipient gets: a provider without any limit."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from aiohttp import web


class CountingProvider:
    """Takes every message; `heard` counts them by recipient."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self.url = ""
        self._numbers = count(1)
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner

    async def _take(self, request: web.Request) -> web.Response:
        if request.method != "POST" or not request.path.endswith("/messages"):
            return web.json_response({"data": []})
        to = (await request.json()).get("to", "")
        self.heard[to] += 1
        return web.json_response({"messages": [{"id": f"wamid.{next(self._numbers)}"}]})

    async def _serve(self) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None)
        self._runner = runner
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/v26.0"

    @contextmanager
    def running(self) -> Iterator["CountingProvider"]:
        """Runs it in a thread."""
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        self.url = asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(10)
            self._loop.close()
