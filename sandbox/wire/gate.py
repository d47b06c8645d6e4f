"""Stands before the stand-ins: faults, errors and the wire log around each call of the product."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec
from aiohttp import web

from sandbox.wire.faults import Fault
from sandbox.wire.wire import Exchange
from sandbox.world.world import WORLD, World

BOT_TOKEN = re.compile(r"bot\d+(?::|%3[Aa])[\w-]+")


class PlatformError(Exception):
    """An error that a platform answers with."""

    def response(self) -> web.Response:
        """Answers with the platform's own body, status and headers for this error."""
        raise NotImplementedError


class Call(msgspec.Struct, frozen=True):
    """What a request is: which platform, whether it sends a message to somebody, whether it is worth logging.

    `check`: it only asks how an account is.
    """

    platform: str
    sends: bool
    quiet: bool = False
    check: bool = False


class Platform(Protocol):
    """What the gate needs to know of a stand-in."""

    def describe(self, request: web.Request, body: bytes, /) -> Call:
        """Says what a request is."""

    def failure(self, value: Any) -> PlatformError:
        """Makes the platform's error with this code."""

    def limited(self, status: int, retry_after: float) -> web.Response:
        """Answers with a bare HTTP status (429, 500 ...), as the platform does."""

    def errors(self, platform: str, /) -> list[dict[str, Any]]:
        """Lists every error that a fault can arm.

        Each has `value` (for the fault), `status` (HTTP), `title` and `receipt` (comes in a failed receipt).
        """


Handler = Callable[[web.Request], Any]


def middleware(platforms: Mapping[str, Platform]) -> Any:
    """Wraps each call under /graph, /telegram, /twilio or /slack."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        platform = platforms.get(request.path.split("/", 2)[1])
        if platform is None:
            return await _answer(request, handler)
        world = request.app[WORLD]
        body = await _body(request)
        started = time.perf_counter()
        call = platform.describe(request, body)
        response, note = await _through(world, platform, call, request, handler)
        if not call.quiet:
            _log(world, call, request, body, response, started, note)
        return response

    return gate


async def _body(request: web.Request) -> bytes:
    """Reads the raw body for the log; a multipart one can be read only once and belongs to the handler."""
    return b"(multipart)" if request.content_type == "multipart/form-data" else await request.read()


async def _through(
    world: World, platform: Platform, call: Call, request: web.Request, handler: Handler
) -> tuple[web.StreamResponse, str]:
    delay = _take(world, call, request, "delay")
    if delay:
        await asyncio.sleep(float(delay.value or 1))
    if _take(world, call, request, "drop_before"):
        return _drop(request), "dropped before"
    fault = _take(world, call, request, "status") or _take(world, call, request, "error")
    if fault:
        return _misbehave(platform, fault), f"fault {fault.kind}"
    response = await _answer(request, handler)
    if response.status < 300 and _take(world, call, request, "drop_after_accept"):
        return _drop(request), "dropped after accept"
    return response, ""


def _take(world: World, call: Call, request: web.Request, kind: str) -> Fault | None:
    return world.faults.take(call.platform, (kind,), request.path, call.sends)


def _misbehave(platform: Platform, fault: Fault) -> web.Response:
    if fault.kind == "error":
        return platform.failure(fault.value).response()
    value = fault.value if isinstance(fault.value, dict) else {"status": fault.value or 500}
    return platform.limited(int(value["status"]), float(value.get("retry_after", 1)))


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response: web.StreamResponse = await handler(request)
    except PlatformError as error:
        return error.response()
    return response


def _drop(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=444)


def _log(
    world: World, call: Call, request: web.Request, body: bytes, response: web.StreamResponse, started: float, note: str
) -> None:
    took = round((time.perf_counter() - started) * 1000, 1)
    answer = response.body if isinstance(response, web.Response) and isinstance(response.body, bytes) else b""
    status = 0 if note.startswith("dropped") else response.status
    path = BOT_TOKEN.sub("bot<token>", request.path_qs)
    exchange = Exchange(0, world.stamp(), "out", call.platform, request.method, path, status, took, note, call.check)
    world.log.add(exchange, body, answer)
