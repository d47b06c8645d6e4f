"""What the store is told is signed as the standard's own library wants it; whatever it answers has a meaning."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from adapters.shops.webhook.webhook import StoreWebhook
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import ShopAnswer, ShopStatus

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OLDER = "whsec_" + base64.b64encode(b"o" * 24).decode()
EVENT = OutgoingEvent(
    "0001",
    "doorstep.order.cancel",
    "order/1001",
    datetime(2026, 12, 1, 10, tzinfo=UTC),
    {"id": "act-1", "note": "é 退"},
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def asked(handler: Handler, path: str = "/hook", secrets: tuple[str, ...] = (SECRET,), **options: Any) -> ShopAnswer:
    """Asks a server on this machine that answers by `handler`. Raises SendError."""

    async def ask() -> ShopAnswer:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        http = Http()
        try:
            webhook = StoreWebhook(
                http, f"http://127.0.0.1:{port}{path}", secrets, lambda: datetime.now(UTC), **options
            )
            return await webhook.ask(EVENT)
        finally:
            await http.close()
            await runner.cleanup()

    return asyncio.run(ask())


def answering(status: int = 200, body: Any = None, **headers: str) -> Handler:
    """Makes a server that always answers the same."""

    async def handler(_request: web.Request) -> web.Response:
        content = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        return web.Response(status=status, body=content, headers=headers)

    return handler


@pytest.mark.parametrize("verifier", [SECRET, OLDER])
def test_signature_is_what_the_standards_library_verifies(verifier: str) -> None:
    seen: list[Any] = []

    async def handler(request: web.Request) -> web.Response:
        body = await request.read()
        seen.append(Webhook(verifier).verify(body, dict(request.headers)))
        seen.append((request.headers["webhook-id"], request.content_type, request.method, request.path_qs))
        with pytest.raises(WebhookVerificationError):
            Webhook(verifier).verify(body + b" ", dict(request.headers))
        return web.json_response({"status": "done", "id": "c-1", "reason": None})

    answer = asked(handler, "/hook/?key=a", (SECRET, OLDER))
    assert answer == ShopAnswer(ShopStatus.DONE, None, "c-1")
    assert seen == [EVENT.document(), ("0001", "application/cloudevents+json", "POST", "/hook/?key=a")]


def test_another_secret_does_not_verify() -> None:
    async def handler(request: web.Request) -> web.Response:
        with pytest.raises(WebhookVerificationError):
            Webhook(OLDER).verify(await request.read(), dict(request.headers))
        return web.json_response({"status": "done"})

    asked(handler)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"status": "done"}, ShopAnswer(ShopStatus.DONE)),
        (200, {"status": "DONE", "id": 88}, ShopAnswer(ShopStatus.DONE, None, "88")),
        (200, {"status": "refused", "reason": "packed"}, ShopAnswer(ShopStatus.REFUSED, "packed")),
        (200, {"status": "refused"}, ShopAnswer(ShopStatus.REFUSED)),
        (200, {"status": "pending", "id": "r-1"}, ShopAnswer(ShopStatus.PENDING, None, "r-1")),
        (202, None, ShopAnswer(ShopStatus.PENDING)),
        (202, {"status": "done"}, ShopAnswer(ShopStatus.PENDING)),
        (202, {"id": "r-1"}, ShopAnswer(ShopStatus.PENDING, None, "r-1")),
        (204, None, ShopAnswer(ShopStatus.PENDING)),
        (200, b"<html>OK</html>", ShopAnswer(ShopStatus.PENDING)),
        (200, b"\xff\xfe", ShopAnswer(ShopStatus.PENDING)),
        (200, {"status": ["done"]}, ShopAnswer(ShopStatus.PENDING)),
        (200, [1], ShopAnswer(ShopStatus.PENDING)),
        (200, b"[" * 5000, ShopAnswer(ShopStatus.PENDING)),
        (422, {"status": "refused", "reason": "no such line"}, ShopAnswer(ShopStatus.REFUSED, "no such line")),
    ],
)
def test_answers(status: int, body: Any, expected: ShopAnswer) -> None:
    assert asked(answering(status, body)) == expected


def test_reason_becomes_one_short_line() -> None:
    answer = asked(answering(200, {"status": "refused", "reason": " it is\n\tpacked\u202e \x00" + "x" * 500}))
    assert answer.reason is not None
    assert answer.reason.startswith("it is packed xxx")
    assert len(answer.reason) == 300


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        (500, Outcome.RETRY, "http_500"),
        (503, Outcome.RETRY, "http_503"),
        (408, Outcome.RETRY, "http_408"),
        (409, Outcome.RETRY, "http_409"),
        (425, Outcome.RETRY, "http_425"),
        (429, Outcome.PACE, "http_429"),
        (401, Outcome.MISCONFIGURED, "http_401"),
        (403, Outcome.MISCONFIGURED, "http_403"),
        (404, Outcome.MISCONFIGURED, "http_404"),
        (400, Outcome.CONTENT_REJECTED, "http_400"),
        (422, Outcome.CONTENT_REJECTED, "http_422"),
        (410, Outcome.CONTENT_REJECTED, "gone"),
        (304, Outcome.MISCONFIGURED, "http_304"),
    ],
)
def test_refusals(status: int, outcome: Outcome, code: str) -> None:
    with pytest.raises(SendError) as found:
        asked(answering(status))
    assert (found.value.outcome, found.value.code) == (outcome, code)


def test_server_that_fails_is_asked_later_whatever_it_says() -> None:
    with pytest.raises(SendError) as found:
        asked(answering(503, {"status": "done"}, **{"Retry-After": "7"}))
    assert (found.value.outcome, found.value.retry_after) == (Outcome.RETRY, 7)


def test_redirects_are_not_followed() -> None:
    calls = []

    async def handler(request: web.Request) -> web.Response:
        calls.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    with pytest.raises(SendError) as found:
        asked(handler)
    assert (found.value.code, calls) == ("http_307", ["/hook"])


def test_slow_server_is_a_doubt() -> None:
    async def handler(_request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    with pytest.raises(SendError) as found:
        asked(handler, seconds=0.2)
    assert (found.value.outcome, found.value.code) == (Outcome.AMBIGUOUS, "timeout")


def test_connection_that_breaks_is_a_doubt() -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    with pytest.raises(SendError) as found:
        asked(handler)
    assert found.value.outcome is Outcome.AMBIGUOUS


def test_answer_without_end_is_not_read_to_its_end() -> None:
    sent = []

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(10_000):
                await response.write(b"x" * 65_536)
                sent.append(1)
        except ConnectionError:
            pass
        return response

    with pytest.raises(SendError) as found:
        asked(handler)
    assert found.value.code == "unreadable_answer"
    assert len(sent) < 1000


def test_nobody_there_surely_took_nothing() -> None:
    async def ask() -> None:
        http = Http()
        try:
            await StoreWebhook(http, "http://127.0.0.1:9/", (SECRET,), lambda: datetime.now(UTC)).ask(EVENT)
        finally:
            await http.close()

    with pytest.raises(SendError) as found:
        asyncio.run(ask())
    assert (found.value.outcome, found.value.code) == (Outcome.RETRY, "connect")
    assert "127.0.0.1" not in str(found.value)
