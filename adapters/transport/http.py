"""Sends over HTTP by one client, and turns a failed connection into a SendError in one place."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import msgspec

from core.errors import Outcome, SendError

CONNECT_TIMEOUT = 5.0
TOTAL_TIMEOUT = 15.0


class HttpReply(msgspec.Struct, frozen=True):
    """A provider's answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Reads the body as JSON; an empty dict when it is none (a proxy's HTML page)."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError:
            return {}


class Http:
    """Keeps connections alive. Lives in one event loop: made there on first use, closed there."""

    def __init__(self, connections: int = 400) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """Returns the aiohttp session, for SDKs that want one."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=20),
                timeout=aiohttp.ClientTimeout(total=TOTAL_TIMEOUT, sock_connect=CONNECT_TIMEOUT),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        auth: aiohttp.BasicAuth | None = None,
        timeout: float | None = None,
        most: int = 0,
    ) -> HttpReply:
        """Makes a request; returns the reply, of any status. `most`: bytes of its body that are read; 0: all of it.

        Raises SendError, as `as_send_error` says.
        """
        headers = dict(headers or {})
        if json is not None:
            data = msgspec.json.encode(json)
            headers["Content-Type"] = "application/json"
        limit = aiohttp.ClientTimeout(total=timeout or TOTAL_TIMEOUT, sock_connect=CONNECT_TIMEOUT)
        try:
            async with self.session.request(
                method, url, data=data, headers=headers, auth=auth, timeout=limit, allow_redirects=False
            ) as reply:
                body = await (beginning(reply, most) if most else reply.read())
                return HttpReply(reply.status, reply.headers, body)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise as_send_error(error) from None  # aiohttp's words may hold the URL, and Telegram's URL holds the token

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def as_send_error(error: BaseException) -> SendError:
    """Decides what a failed connection means, by whether the request can have left.

    RETRY ("connect") when it surely did not; AMBIGUOUS ("timeout", "connection_lost") when the provider may have taken
    it, and for every error that is not known. A SendError is itself.
    """
    if isinstance(error, SendError):
        return error
    name = type(error).__name__
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)):
        return SendError(Outcome.RETRY, "connect", name)
    if isinstance(error, TimeoutError):
        return SendError(Outcome.AMBIGUOUS, "timeout", "no answer in time")
    return SendError(Outcome.AMBIGUOUS, "connection_lost", name)


async def beginning(reply: aiohttp.ClientResponse, most: int) -> bytes:
    """Reads a body of so many bytes at most. Raises SendError for one that is longer, or has no end."""
    content = bytearray()
    async for chunk in reply.content.iter_chunked(most):
        content += chunk
        if len(content) > most:
            raise SendError(Outcome.AMBIGUOUS, "unreadable_answer", f"more than {most} bytes")
    return bytes(content)


def raise_for_transport(reply: HttpReply) -> None:
    """Raises the failures every provider shares: 429 means slower, 5xx without a code of its own means again."""
    if reply.status == 429:
        raise SendError(Outcome.PACE, "http_429", retry_after=retry_after(reply))
    if reply.status >= 500:
        raise SendError(Outcome.RETRY, f"http_{reply.status}")


def retry_after(reply: HttpReply) -> float | None:
    """Reads the seconds of the Retry-After header, when it is a number."""
    try:
        return float(reply.headers.get("Retry-After", ""))
    except ValueError:
        return None
