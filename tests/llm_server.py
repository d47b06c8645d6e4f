"""Stands in for models: speaks the APIs of chat completions and transcriptions on loopback, well or badly, as it is
told."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

KEY, MODEL = "sk-loopback", "small-1"
Saying = Callable[[dict[str, Any]], Any]


def meaning(*intents: str, sure: bool = True, **more: Any) -> dict[str, Any]:
    """Makes an answer of the form that is asked for."""
    return {"intents": list(intents), "sure": sure, "choice": "0", "slots": [], **more}


def translation(text: str, language: str = "de") -> dict[str, str]:
    """Makes a translation, of words in that language."""
    return {"language": language, "translation": text}


class LlmServer:
    """Answers by `say`, which is given what a question tells (the user's JSON) and returns a document, text or bytes;
    with `status` and `headers`, after `delay` seconds, to whoever has the `key`. `asked` keeps the requests. Of a
    recording it says `heard`; `recordings` keeps the forms, with the file as (name, type, content)."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.recordings: list[dict[str, Any]] = []
        self.heard: str | bytes = ""
        self.say: Saying = lambda _told: meaning()
        self.status = 200
        self.headers: dict[str, str] = {}
        self.delay = 0.0
        self.hangs_up = False
        self.key = KEY
        self.url = ""  # for LLM_URL
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)

    def stop(self) -> None:
        """Ends: from now on connections are refused."""
        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
            self._runner = None
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop.close()

    async def _start(self) -> None:
        app = web.Application()
        app.add_routes([web.get("/v1/models", self._models), web.post("/v1/chat/completions", self._completions)])
        app.add_routes([web.post("/v1/audio/transcriptions", self._transcriptions)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def _models(self, request: web.Request) -> web.Response:
        return self._answer(request, json.dumps({"object": "list", "data": [{"id": MODEL}]}).encode())

    async def _completions(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append(asked)
        await self._takes_its_time(request)
        said = self.say(_told(asked))
        return self._answer(request, said if isinstance(said, bytes) else completion(said))

    async def _transcriptions(self, request: web.Request) -> web.Response:
        form = await request.post()
        told = {name: value for name, value in form.items() if not isinstance(value, web.FileField)}
        file = form["file"]
        assert isinstance(file, web.FileField)
        with file.file as content:
            self.recordings.append({**told, "file": (file.filename, file.content_type, content.read())})
        await self._takes_its_time(request)
        heard = self.heard
        return self._answer(request, heard if isinstance(heard, bytes) else json.dumps({"text": heard}).encode())

    async def _takes_its_time(self, request: web.Request) -> None:
        await asyncio.sleep(self.delay)
        if self.hangs_up and request.transport is not None:
            request.transport.abort()

    def _answer(self, request: web.Request, body: bytes) -> web.Response:
        lets_in = not self.key or request.headers.get("Authorization") == f"Bearer {self.key}"
        return web.Response(body=body, status=self.status if lets_in else 401, headers=self.headers)


@contextmanager
def llm_server() -> Iterator[LlmServer]:
    """Runs one."""
    server = LlmServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def completion(content: Any) -> bytes:
    """Writes what a model said as the API does."""
    text = content if isinstance(content, str) else json.dumps(content)
    message = {"role": "assistant", "content": text}
    return json.dumps({"object": "chat.completion", "choices": [{"index": 0, "message": message}]}).encode()


def _told(asked: dict[str, Any]) -> dict[str, Any]:
    """Reads what a question tells; nothing where it is none of ours."""
    found: dict[str, Any] = json.loads(asked["messages"][1]["content"])
    return found
