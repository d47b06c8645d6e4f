"""Downloads: capped while they stream, checked at every hop, silent about addresses and tokens."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from yarl import URL

from adapters.media.download import Downloader
from adapters.media.guard import Guard, trusted_origins
from core.errors import Outcome, SendError
from core.ports.calls import Download
from tests.adapters.channels.provider import Asked, Provider, Reply, closed_port_url

JPEG = {"Content-Type": "image/jpeg; charset=binary"}
TOKEN = "123456:" + "AAF-secret"
MEGABYTE = 1024 * 1024


async def fetched(
    url: str, trusted: tuple[str, ...] = (), max_bytes: int = 1000, seconds: float = 5, **more: object
) -> tuple[bytes, str]:
    downloader = Downloader(Guard(trusted_origins(trusted)), max_bytes, seconds)
    try:
        return await downloader.fetch(Download(url, **more))
    finally:
        await downloader.close()


async def from_provider(reply: Reply, path: str = "/file", **more: object) -> tuple[bytes, str]:
    async with Provider(reply) as provider:
        return await fetched(provider.url + path, (provider.url,), **more)


def refused(reply: Reply, **more: object) -> SendError:
    with pytest.raises(SendError) as caught:
        asyncio.run(from_provider(reply, **more))
    return caught.value


def test_a_file_comes_with_its_declared_type() -> None:
    assert asyncio.run(from_provider(Reply(200, b"bytes", JPEG))) == (b"bytes", "image/jpeg")
    assert asyncio.run(from_provider(Reply(200, b"bytes", JPEG), mime="image/png")) == (b"bytes", "image/png")


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        (401, Outcome.RETRY, "forbidden"),
        (403, Outcome.RETRY, "forbidden"),
        (404, Outcome.CONTENT_REJECTED, "not_found"),
        (410, Outcome.CONTENT_REJECTED, "gone"),
        (415, Outcome.CONTENT_REJECTED, "http_415"),
        (204, Outcome.CONTENT_REJECTED, "http_204"),
        (429, Outcome.PACE, "http_429"),
        (500, Outcome.RETRY, "http_500"),
        (503, Outcome.RETRY, "http_503"),
    ],
)
def test_a_refusal_says_what_follows(status: int, outcome: Outcome, code: str) -> None:
    error = refused(Reply(status, b"" if status == 204 else b"no", {"Retry-After": "7"}))
    assert (error.outcome, error.code) == (outcome, code)
    assert error.retry_after == (7 if status == 429 else None)


def test_an_empty_file_is_none() -> None:
    assert refused(Reply(200, b"", JPEG)).code == "empty"


def test_the_declared_length_is_enough_to_refuse() -> None:
    error = refused(Reply(200, b"x" * 1001, JPEG))
    assert (error.outcome, error.code) == (Outcome.CONTENT_REJECTED, "too_large")


def test_a_channel_may_allow_less_but_not_more() -> None:
    with pytest.raises(SendError, match="too_large"):
        asyncio.run(limited(10))
    with pytest.raises(SendError, match="too_large"):
        asyncio.run(limited(5000, 1001))
    assert len(asyncio.run(limited(10, 10))[0]) == 10


async def limited(channel: int, size: int = 11) -> tuple[bytes, str]:
    async with Provider(Reply(200, b"x" * size, JPEG)) as provider:
        downloader = Downloader(Guard(trusted_origins([provider.url])), 1000)
        try:
            return await downloader.fetch(Download(provider.url, max_bytes=channel))
        finally:
            await downloader.close()


@asynccontextmanager
async def streaming(write: Callable[[web.StreamResponse], object]) -> AsyncIterator[str]:
    """Serves without Content-Length, and goes on until the client leaves."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers=JPEG)
        response.enable_chunked_encoding()
        await response.prepare(request)
        await write(response)  # type: ignore[misc]
        return response

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("cap", [20 * MEGABYTE, 100 * MEGABYTE])
def test_a_stream_that_says_no_length_is_cut_at_the_cap(cap: int) -> None:
    """The caps of Telegram (20 MB) and WhatsApp (100 MB)."""
    written = 0

    async def endless(response: web.StreamResponse) -> None:
        nonlocal written
        while written < 2 * cap:
            await response.write(b"x" * MEGABYTE)
            written += MEGABYTE

    async def run() -> None:
        async with streaming(endless) as url:
            await fetched(url, (url,), max_bytes=cap, seconds=60)

    with pytest.raises(SendError, match="too_large"):
        asyncio.run(run())
    assert cap <= written < cap + 50 * MEGABYTE


def test_a_stream_that_trickles_is_cut_at_the_time_limit() -> None:
    async def trickle(response: web.StreamResponse) -> None:
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.05)

    async def run() -> None:
        async with streaming(trickle) as url:
            await fetched(url, (url,), seconds=0.4)

    with pytest.raises(SendError) as caught:
        asyncio.run(run())
    assert (caught.value.outcome, caught.value.code) == (Outcome.RETRY, "timeout")


def test_what_is_packed_is_not_asked_for() -> None:
    async def run() -> str:
        async with Provider(Reply(200, b"x", JPEG)) as provider:
            await fetched(provider.url, (provider.url,))
            return provider.asked[0].headers["Accept-Encoding"]

    assert asyncio.run(run()) == "identity"


def test_nobody_there_is_tried_again() -> None:
    async def run() -> None:
        url = closed_port_url()
        await fetched(url, (url,))

    with pytest.raises(SendError) as caught:
        asyncio.run(run())
    assert (caught.value.outcome, caught.value.code) == (Outcome.RETRY, "connect")


def test_a_broken_connection_is_tried_again() -> None:
    error = refused(Reply(drop=True))
    assert (error.outcome, error.code) == (Outcome.RETRY, "connection_lost")


# --- where it may go


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/x",
        "http://127.1:{port}/x",
        "http://2130706433:{port}/x",
        "http://0x7f000001:{port}/x",
        "http://0177.0.0.1:{port}/x",
        "http://①②⑦.⓪.⓪.①:{port}/x",
        "http://localhost:{port}/x",
        "http://[::ffff:127.0.0.1]:{port}/x",
        "http://[::1]:{port}/x",
        "http://169.254.169.254/latest/meta-data/",
        "ftp://cdn.example/x",
        "http://[half",
    ],
)
@pytest.mark.parametrize("redirected", [False, True])
def test_nothing_private_is_asked_directly_or_along_a_redirect(url: str, redirected: bool) -> None:
    async def run() -> list[Asked]:
        async with Provider(Reply(200, b"secret")) as inside:
            target = url.format(port=URL(inside.url).port)
            async with Provider(Reply(302, b"", {"Location": target})) as outside:
                with pytest.raises(SendError) as caught:
                    await fetched(outside.url if redirected else target, (outside.url,))
                assert (caught.value.outcome, caught.value.code) == (Outcome.CONTENT_REJECTED, "blocked_address")
            return inside.asked

    assert asyncio.run(run()) == []


@pytest.mark.parametrize("url", ["", "http://", "no address at all", "/file", "http:file"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SendError, match="blocked_address"):
        asyncio.run(fetched(url))


def resolving(*answers: list[str]) -> tuple[Guard, list[str]]:
    """Makes a guard for which only 127.0.0.2 is public, with the names it looks up; each gets the next answer."""
    asked: list[str] = []

    async def lookup(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return Guard((), lookup, lambda address: address == "127.0.0.2"), asked


async def through(guard: Guard, host: str, onward: str = "") -> tuple[bytes, list[str]]:
    """Fetches from a server that listens on every loopback address, called by a name; it may lead onward."""

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.host.partition(":")[0])
        return web.Response(status=302, headers={"Location": onward}) if onward else web.Response(body=b"file")

    seen: list[str] = []
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()
    port = runner.addresses[0][1]
    downloader = Downloader(guard, 1000)
    try:
        content, _ = await downloader.fetch(Download(f"http://{host}:{port}/"))
        return content, seen
    finally:
        await downloader.close()
        await runner.cleanup()


def test_the_checked_address_is_the_one_connected_to() -> None:
    """A second look-up would find something private (DNS rebinding); there is none."""
    guard, asked = resolving(["127.0.0.2"], ["127.0.0.1"])
    assert asyncio.run(through(guard, "rebinding.example")) == (b"file", ["rebinding.example"])
    assert asked == ["rebinding.example"]


def test_a_name_that_leads_inside_is_refused() -> None:
    guard, _ = resolving(["127.0.0.1"])
    with pytest.raises(SendError, match="blocked_address"):
        asyncio.run(through(guard, "inside.example"))
    guard, _ = resolving(["127.0.0.2", "127.0.0.1"])
    with pytest.raises(SendError, match="blocked_address"):
        asyncio.run(through(guard, "both.example"))


def test_a_redirect_is_resolved_and_checked_anew() -> None:
    guard, asked = resolving(["127.0.0.2"], ["127.0.0.1"])
    with pytest.raises(SendError, match="blocked_address"):
        asyncio.run(through(guard, "first.example", "http://second.example/x"))
    assert asked == ["first.example", "second.example"]


def test_at_most_five_redirects() -> None:
    def step(asked: Asked) -> Reply | None:
        n = int(asked.path.strip("/"))
        return Reply(301, b"", {"Location": f"/{n - 1}"}) if n else None

    async def run(n: int) -> bytes:
        async with Provider(Reply(200, b"there"), step) as provider:
            return (await fetched(f"{provider.url}/{n}", (provider.url,)))[0]

    assert asyncio.run(run(5)) == b"there"
    with pytest.raises(SendError, match="too_many_redirects"):
        asyncio.run(run(6))


def test_a_redirect_without_an_address_is_an_end() -> None:
    assert refused(Reply(302, b"")).code == "lost_redirect"


def test_the_token_goes_to_the_first_host_only() -> None:
    """Twilio's media: basic authentication at the API, a redirect to a content network."""
    bearer = {"Authorization": f"Bearer {TOKEN}"}

    async def run() -> tuple[list[Asked], list[Asked]]:
        async with Provider(Reply(200, b"file")) as cdn:
            seen: list[Asked] = []

            def step(asked: Asked) -> Reply | None:
                seen.append(asked)
                return Reply(307, b"", {"Location": "/again" if asked.path == "/file" else f"{cdn.url}/signed"})

            async with Provider(Reply(), step) as api:
                await fetched(f"{api.url}/file", (api.url, cdn.url), headers=bearer)
            return seen, cdn.asked

    api, cdn = asyncio.run(run())
    assert [(each.path, each.headers.get("Authorization")) for each in api] == [
        ("/file", f"Bearer {TOKEN}"),
        ("/again", f"Bearer {TOKEN}"),
    ]
    assert [(each.path, each.headers.get("Authorization")) for each in cdn] == [("/signed", None)]


@pytest.mark.parametrize("status", [404, 500, 403, 302, 200])
def test_no_error_and_no_log_names_address_or_token(status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = f"/file/bot{TOKEN}/photos/1.jpg"
    headers = {"Location": f"http://10.0.0.1{secret}"} if status == 302 else {}
    with pytest.raises(SendError) as caught:
        asyncio.run(from_provider(Reply(status, b"x" * 2000, headers), secret))
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert TOKEN not in told
    assert "10.0.0.1" not in told


def test_a_connection_that_fails_does_not_name_the_token_either(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def run() -> None:
        url = closed_port_url()
        await fetched(f"{url}/file/bot{TOKEN}/1.jpg", (url,))

    with pytest.raises(SendError) as caught:
        asyncio.run(run())
    assert TOKEN not in "".join(traceback.format_exception(caught.value)) + caplog.text
