"""Tests what a failed connection means."""

import asyncio
import ssl
import traceback

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from adapters.transport.http import Http, HttpReply, as_send_error, raise_for_transport
from core.errors import Outcome, SendError
from tests.adapters.channels.provider import Provider, Reply, closed_port_url

SECRET_PATH = "/bot123:" + "TOKEN" + "/sendMessage"
KEY = ConnectionKey("provider.example", 443, True, True, None, None, None)


@pytest.mark.parametrize(
    ("error", "outcome", "code"),
    [
        (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), Outcome.RETRY, "connect"),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "unknown")), Outcome.RETRY, "connect"),
        (aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("bad")), Outcome.RETRY, "connect"),
        (aiohttp.ConnectionTimeoutError("…"), Outcome.RETRY, "connect"),
        (aiohttp.InvalidURL("nowhere"), Outcome.RETRY, "connect"),
        (TimeoutError(), Outcome.AMBIGUOUS, "timeout"),
        (aiohttp.SocketTimeoutError("…"), Outcome.AMBIGUOUS, "timeout"),
        (aiohttp.ServerDisconnectedError(), Outcome.AMBIGUOUS, "connection_lost"),
        (aiohttp.ClientOSError(104, "reset"), Outcome.AMBIGUOUS, "connection_lost"),
        (aiohttp.ClientPayloadError(), Outcome.AMBIGUOUS, "connection_lost"),
        (RuntimeError("never heard of"), Outcome.AMBIGUOUS, "connection_lost"),
    ],
)
def test_only_what_surely_did_not_leave_is_tried_again(error: Exception, outcome: Outcome, code: str) -> None:
    found = as_send_error(error)
    assert (found.outcome, found.code) == (outcome, code)


def test_a_send_error_is_itself() -> None:
    error = SendError(Outcome.PACE, "http_429", retry_after=3)
    assert as_send_error(error) is error


async def ask(url: str, timeout: float | None = None) -> HttpReply:
    http = Http()
    try:
        return await http.request("POST", url, json={"a": 1}, timeout=timeout)
    finally:
        await http.close()


async def ask_provider(reply: Reply) -> HttpReply:
    async with Provider(reply) as provider:
        return await ask(f"{provider.url}{SECRET_PATH}")


def test_an_answer_of_any_status_is_a_reply() -> None:
    reply = asyncio.run(ask_provider(Reply(418, {"short": "stout"})))
    assert (reply.status, reply.json()) == (418, {"short": "stout"})


def test_an_answer_that_is_no_json_reads_as_nothing() -> None:
    assert asyncio.run(ask_provider(Reply(200, b"<html>"))).json() == {}


def test_a_dropped_connection_is_ambiguous() -> None:
    with pytest.raises(SendError) as caught:
        asyncio.run(ask_provider(Reply(drop=True)))
    assert caught.value.outcome is Outcome.AMBIGUOUS


def test_a_refused_connection_is_not_and_tells_no_url() -> None:
    async def refused() -> HttpReply:
        return await ask(f"{closed_port_url()}{SECRET_PATH}")

    with pytest.raises(SendError) as caught:
        asyncio.run(refused())
    assert caught.value.outcome is Outcome.RETRY
    assert SECRET_PATH not in "".join(traceback.format_exception(caught.value))


def test_a_provider_that_does_not_answer_is_ambiguous() -> None:
    async def silent() -> None:
        gone = asyncio.Event()

        async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()
            await writer.wait_closed()
            gone.set()

        server = await asyncio.start_server(hold, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            await ask(f"http://127.0.0.1:{port}/", timeout=0.1)
        finally:
            await gone.wait()
            server.close()
            await server.wait_closed()

    with pytest.raises(SendError) as caught:
        asyncio.run(silent())
    assert (caught.value.outcome, caught.value.code) == (Outcome.AMBIGUOUS, "timeout")


@pytest.mark.parametrize(
    ("status", "headers", "outcome", "seconds"),
    [
        (429, {"Retry-After": "7"}, Outcome.PACE, 7),
        (429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, Outcome.PACE, None),
        (500, {}, Outcome.RETRY, None),
        (504, {}, Outcome.RETRY, None),
    ],
)
def test_shared_failures(status: int, headers: dict[str, str], outcome: Outcome, seconds: float | None) -> None:
    with pytest.raises(SendError) as caught:
        raise_for_transport(HttpReply(status, headers, b""))
    assert (caught.value.outcome, caught.value.retry_after) == (outcome, seconds)


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 404])
def test_other_answers_are_the_adapters_own(status: int) -> None:
    raise_for_transport(HttpReply(status, {}, b""))
