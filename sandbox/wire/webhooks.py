"""Delivers webhooks to the product, with retries as the providers do them."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp
import msgspec
from yarl import URL

from sandbox.wire.wire import Exchange, WireLog

CONCURRENT = 64


class Plan(msgspec.Struct, frozen=True):
    """Seconds to wait before each retry, and how long one attempt may take."""

    retries: tuple[float, ...]
    timeout: float


META = Plan(retries=(0.5, 1, 2, 4, 8, 15, 30, 30, 60, 60, 120), timeout=10)
TELEGRAM = Plan(retries=(0.5, 1, 2, 4, 8, 15, 30, 30, 60, 60, 120), timeout=10)
TWILIO = Plan(retries=(1, 2, 4, 8, 15), timeout=15)
SLACK = Plan(retries=(0, 6, 30), timeout=3)
ONCE = Plan(retries=(), timeout=10)


class Answer(msgspec.Struct, frozen=True):
    """What the product said; status 0 means no connection or no answer in time."""

    status: int
    body: bytes = b""
    content_type: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        """Tells whether the status is 2xx."""
        return 200 <= self.status < 300


HeadersFor = Callable[[int, Answer | None], Mapping[str, str]]


class Parcel(msgspec.Struct, frozen=True):
    """A webhook that is being tried until it is taken."""

    platform: str
    url: str
    body: bytes
    headers: dict[str, str]
    plan: Plan


class Courier:
    """Posts webhooks; remembers whether the product answers at all. What a `muted` platform posts is lost for good."""

    def __init__(self, log: WireLog, on_reach: Callable[[bool], None]) -> None:
        self._log = log
        self._on_reach = on_reach
        self.muted: set[str] = set()
        self._session: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(CONCURRENT)
        self._under_way: dict[int, Parcel] = {}
        self._count = 0

    async def open(self) -> None:
        """Starts the connection pool."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONCURRENT), auto_decompress=True)

    async def close(self) -> None:
        """Ends the connection pool."""
        if self._session:
            await self._session.close()

    async def deliver(self, platform: str, url: str, body: bytes, headers: HeadersFor, plan: Plan) -> Answer:
        """Posts until 2xx or the plan ends, with `headers(attempt, previous answer)`; returns the last answer."""
        first = headers(0, None)
        self._count += 1
        number = self._count
        if plan.retries:
            self._under_way[number] = Parcel(platform, url, body, dict(first), plan)
        try:
            answer = await self.post(platform, url, body, first, plan.timeout)
            for attempt, pause in enumerate(plan.retries, start=1):
                if answer.ok or answer.no_retry or platform in self.muted:
                    break
                await asyncio.sleep(pause)
                answer = await self.post(platform, url, body, headers(attempt, answer), plan.timeout)
        finally:
            self._under_way.pop(number, None)
        return answer

    def under_way(self) -> list[Parcel]:
        """Lists what is tried now and will be tried again."""
        return list(self._under_way.values())

    async def redeliver(self, parcel: Parcel) -> Answer:
        """Posts what was under way before a restart, from the first attempt on."""
        return await self.deliver(parcel.platform, parcel.url, parcel.body, fixed(parcel.headers), parcel.plan)

    async def post(self, platform: str, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer:
        """Posts once, and writes it to the wire log."""
        started = time.perf_counter()
        if platform in self.muted:
            answer, note = Answer(0), "not delivered"
        else:
            async with self._slots:
                answer = await self._attempt("POST", url, body, headers, timeout)
            note = "" if answer.status else "no answer"
            self._on_reach(answer.status != 0)
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        took = round((time.perf_counter() - started) * 1000, 1)
        self._log.add(Exchange(0, _stamp(), "in", platform, "POST", path, answer.status, took, note), body, answer.body)
        return answer

    async def get(self, url: str, timeout: float = 2, headers: Mapping[str, str] | None = None) -> Answer:
        """Gets a page (health checks) without an entry in the wire log."""
        return await self._attempt("GET", url, None, headers or {}, timeout)

    async def _attempt(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], timeout: float
    ) -> Answer:
        if self._session is None:
            raise RuntimeError("the courier is not open")
        limit = aiohttp.ClientTimeout(total=timeout)
        try:
            async with self._session.request(
                method,
                URL(url, encoded=url.isascii()),
                data=body,
                headers=headers,
                timeout=limit,
                allow_redirects=False,
            ) as response:
                content = await response.read()
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return Answer(response.status, content, response.headers.get("Content-Type", ""), no_retry)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Answer(0)


def fixed(headers: Mapping[str, str]) -> HeadersFor:
    """Makes the same headers for each attempt."""
    return lambda _attempt, _previous: headers


def _stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
