"""Downloads files: nothing private is asked, nothing endless is read, no token goes where it does not belong."""

import asyncio
from collections.abc import Mapping

import aiohttp
from yarl import URL

from adapters.media.guard import Guard, blocked, origin
from adapters.transport.http import as_send_error
from core.errors import Outcome, SendError
from core.ports.calls import Download

SECONDS = 60.0
CONNECT_SECONDS = 10.0
REDIRECTS = 5
CHUNK = 64 * 1024
_MOVED = (301, 302, 303, 307, 308)
_REFUSALS = {
    401: (Outcome.RETRY, "forbidden"),
    403: (Outcome.RETRY, "forbidden"),  # how content networks call an expired link
    404: (Outcome.CONTENT_REJECTED, "not_found"),
    408: (Outcome.RETRY, "http_408"),
    410: (Outcome.CONTENT_REJECTED, "gone"),
    425: (Outcome.RETRY, "http_425"),
}


class Downloader:
    """Fetches files of at most `max_bytes` within `seconds`. Lives in one event loop, like `Http`."""

    def __init__(self, guard: Guard, max_bytes: int, seconds: float = SECONDS) -> None:
        self._guard = guard
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, download: Download) -> tuple[bytes, str]:
        """Fetches the content and the type that was declared for it, along at most five redirects.

        Raises SendError: CONTENT_REJECTED ("too_large", "blocked_address", "not_found", "gone", "empty", …), PACE, or
        RETRY for everything that may pass ("forbidden" is what expired links get). No error names the address.
        """
        limit = min(self._max_bytes, download.max_bytes or self._max_bytes)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(download, limit)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise _again(error) from None  # their words may hold the address, and an address may hold a token

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _follow(self, download: Download, limit: int) -> tuple[bytes, str]:
        first = url = URL(download.url)
        for _ in range(REDIRECTS + 1):
            headers = download.headers if _same(url, first) else {}
            answer = await self._get(url, headers, limit)
            if not isinstance(answer, URL):
                return answer[0], download.mime or answer[1]
            url = answer
        raise SendError(Outcome.CONTENT_REJECTED, "too_many_redirects")

    async def _get(self, url: URL, headers: Mapping[str, str], limit: int) -> tuple[bytes, str] | URL:
        """Reads the content and its declared type, or where to go instead."""
        self._guard.check(url)
        asked = {**headers, "Accept-Encoding": "identity"}  # what is packed small may be huge
        async with self._web.get(url, headers=asked, allow_redirects=False) as reply:
            if reply.status in _MOVED:
                return _target(url, reply.headers.get("Location", ""))
            if reply.status != 200:
                raise _refusal(reply)
            return await _content(reply, limit), reply.content_type

    @property
    def _web(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=self._guard, use_dns_cache=False, force_close=True),
                timeout=aiohttp.ClientTimeout(total=self._seconds, sock_connect=CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _same(one: URL, other: URL) -> bool:
    return (one.scheme, *origin(one)) == (other.scheme, *origin(other))


def _target(url: URL, location: str) -> URL:
    if not location:
        raise SendError(Outcome.CONTENT_REJECTED, "lost_redirect")
    try:
        return url.join(URL(location))
    except ValueError:
        raise blocked() from None


async def _content(reply: aiohttp.ClientResponse, limit: int) -> bytes:
    if (reply.content_length or 0) > limit:
        raise _too_large(limit)
    chunks, size = [], 0
    async for chunk in reply.content.iter_chunked(CHUNK):
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
    if not size:
        raise SendError(Outcome.CONTENT_REJECTED, "empty", "the file has no content")
    return b"".join(chunks)


def _too_large(limit: int) -> SendError:
    return SendError(Outcome.CONTENT_REJECTED, "too_large", f"more than {limit} bytes")


def _refusal(reply: aiohttp.ClientResponse) -> SendError:
    if reply.status == 429:
        return SendError(Outcome.PACE, "http_429", retry_after=_seconds(reply.headers.get("Retry-After", "")))
    if reply.status >= 500:
        return SendError(Outcome.RETRY, f"http_{reply.status}")
    outcome, code = _REFUSALS.get(reply.status, (Outcome.CONTENT_REJECTED, f"http_{reply.status}"))
    return SendError(outcome, code)


def _seconds(value: str) -> float | None:
    return float(value) if value.isdigit() else None


def _again(error: Exception) -> SendError:
    """Turns doubt into another try: asking twice for a file does no harm, as it would for a message."""
    if isinstance(error, (aiohttp.InvalidURL, ValueError)) and not isinstance(error, aiohttp.ClientConnectorError):
        return blocked()
    told = as_send_error(error)
    return SendError(Outcome.RETRY, told.code, told.detail)
