"""Starts a sandbox on a free port, with a tiny product behind it that keeps what it is sent."""

import asyncio
import json
import socket
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import msgspec
from aiohttp import web

from sandbox import config
from sandbox.app import PARTS, create_app
from sandbox.control.parts import Parts

Json = dict[str, Any]


class Hook(msgspec.Struct):
    """One request that the product got."""

    path: str
    headers: dict[str, str]
    body: bytes
    url: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Product:
    """Keeps every POST; answers 200, or what `answers` holds for a path, first come first served."""

    def __init__(self) -> None:
        self.hooks: list[Hook] = []
        self.answers: dict[str, deque[web.Response | Callable[[], Awaitable[web.Response]]]] = {}
        self.verify_token = ""
        self.notices: Callable[[], Awaitable[web.Response]] | None = None

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/webhooks/{name}", self._challenge)
        app.router.add_get("/api/v1/notices", self._told)
        app.router.add_post("/{path:.*}", self._take)
        return app

    def answer(self, path: str, *answers: web.Response | Callable[[], Awaitable[web.Response]]) -> None:
        self.answers.setdefault(path, deque()).extend(answers)

    def on(self, path: str) -> list[Hook]:
        return [hook for hook in self.hooks if hook.path == path]

    async def _ready(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ready"})

    async def _challenge(self, request: web.Request) -> web.Response:
        if request.query["hub.verify_token"] != self.verify_token:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    async def _told(self, request: web.Request) -> web.Response:
        return await self.notices() if self.notices else web.Response(status=404)

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.hooks.append(Hook(request.path, dict(request.headers), body, str(request.url)))
        waiting = self.answers.get(request.path)
        if waiting:
            answer = waiting.popleft()
            return answer if isinstance(answer, web.Response) else await answer()
        return web.Response(text="")


class Playground:
    """Gives a scenario the product, the sandbox's settings and parts, and a client."""

    def __init__(
        self, known: config.SandboxConfig, product: Product, parts: Parts, session: aiohttp.ClientSession
    ) -> None:
        self.config = known
        self.settings = known.settings
        self.product = product
        self.parts = parts
        self.session = session

    async def api(self, path: str, body: Json | None = None, method: str = "", status: int = 200) -> Any:
        """Calls the control API: GET without a body, POST with one."""
        verb = method or ("GET" if body is None else "POST")
        async with self.session.request(verb, f"{self.config.page}sandbox/api/{path}", json=body) as response:
            content = await response.json()
            assert response.status == status, content
            return content

    async def say(self, phone: str, **act: Any) -> Json:
        """Does something as a customer; waits until the product has answered."""
        answer: Json = await self.api(f"phones/{phone}/send", {"wait": True, **act})
        return answer

    async def until(self, done: Callable[[], Any], seconds: float = 5) -> Any:
        """Waits until `done()` gives something true; returns it."""
        for _ in range(int(seconds / 0.01)):
            result = done()
            if result:
                return result
            await asyncio.sleep(0.01)
        raise AssertionError("nothing came in time")

    def transcript(self, phone: str) -> list[Any]:
        return self.parts.world.directory.phones[phone].bubbles


Scenario = Callable[[Playground], Awaitable[None]]


def play(scenario: Scenario, seed: bool = False, folder: Path | None = None) -> None:
    """Runs a scenario in a fresh sandbox, or in the one that `folder` keeps: then on other ports than before."""

    async def run() -> None:
        async with playground(seed, folder) as place:
            await scenario(place)

    asyncio.run(run())


@asynccontextmanager
async def playground(seed: bool, kept: Path | None = None) -> AsyncIterator[Playground]:
    product = Product()
    with tempfile.TemporaryDirectory() as fresh:
        folder = kept or Path(fresh)
        product_door, door = _door(), _door()
        known = config.create(folder, f"http://127.0.0.1:{_port(product_door)}", _port(door))
        app = create_app(known, folder, seed=seed)
        app[PARTS].world.pace.delivered, app[PARTS].world.pace.read = 0.06, 0.09
        runners = [await _serve(product.app(), product_door), await _serve(app, door)]
        try:
            async with aiohttp.ClientSession() as session:
                yield Playground(known, product, app[PARTS], session)
        finally:
            for runner in reversed(runners):
                await runner.cleanup()


async def _serve(app: web.Application, door: socket.socket) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, door).start()
    return runner


def _door() -> socket.socket:
    """Binds a socket: nobody can take its port before the server listens on it."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    return door


def _port(door: socket.socket) -> int:
    return int(door.getsockname()[1])
