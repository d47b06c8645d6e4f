"""Makes calls of the REST API: with the key, within the shop's patience, and says in our words what it refuses.

https://developer.woocommerce.com/docs/apis/rest-api/v3/. An answer may be no answer of WooCommerce's at all: a page of
the host, a firewall, a plugin in debt; it is then as if the shop were away.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
import msgspec

from adapters.shops.values import Json, object_, objects, text
from adapters.shops.woocommerce.inbound.values import plain
from adapters.shops.woocommerce.rest.oauth import signed
from adapters.shops.woocommerce.settings import WooSettings
from adapters.transport.http import Http, HttpReply, retry_after
from adapters.transport.json_text import without_nul
from core.errors import Outcome, SendError

CORE = "wc/v3"
SECONDS = 15.0
TRIES, LONGEST_WAIT = 3, 10.0  # of a reading that the shop puts off
MOST = 32 * 1024 * 1024  # bytes of an answer
PAGES = 200  # of one list
WORDS = 300
NO_ROUTE, NO_KEY = "rest_no_route", "woocommerce_rest_authentication_error"
WHERE = "WooCommerce > Settings > Advanced > REST API"
NOT_TAKEN = f"set WOOCOMMERCE_KEY and WOOCOMMERCE_SECRET to a key with Read/Write, made under {WHERE}"
READ_ONLY = f"the key may only read; give it Read/Write under {WHERE}"
_CURES = {
    "woocommerce_rest_cannot_view": "the key's user may not see this; make it with an administrator or shop manager",
    "woocommerce_rest_cannot_create": READ_ONLY,
    "woocommerce_rest_cannot_edit": READ_ONLY,
    "woocommerce_rest_cannot_delete": READ_ONLY,
    "woocommerce_rest_cannot_batch": READ_ONLY,
    NO_ROUTE: "no such address there; has WOOCOMMERCE_URL the folder of WordPress, is WooCommerce 5.8 or newer active, "
    "and are permalinks other than Plain?",
}


class Reply(msgspec.Struct, frozen=True):
    """An answer that was taken. `pages`: how many the list has."""

    body: Any
    pages: int = 1

    @property
    def object(self) -> Json:
        """Returns the one object."""
        return object_(self.body)

    @property
    def objects(self) -> list[Json]:
        """Returns the objects of a list."""
        return objects(self.body)


class Rest:
    """Asks one shop. Lives in one event loop."""

    def __init__(
        self,
        http: Http,
        shop: WooSettings,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._shop = shop
        self._clock = clock
        self._sleep = sleep

    async def get(self, path: str, *, space: str = CORE, **query: Any) -> Reply:
        """Reads; waits, a few times, where the shop says that it is too much at once. Raises SendError."""
        for _ in range(TRIES - 1):
            try:
                return await self._call("GET", path, space, query, None)
            except SendError as error:
                if error.outcome is not Outcome.PACE or (error.retry_after or 1) > LONGEST_WAIT:
                    raise
                await self._sleep(error.retry_after or 1)
        return await self._call("GET", path, space, query, None)

    async def listed(self, path: str, *, space: str = CORE, most: int = PAGES, **query: Any) -> AsyncIterator[Json]:
        """Reads a list page by page, as many as the shop says there are. Raises SendError."""
        for page in range(1, most + 1):
            reply = await self.get(path, space=space, page=page, **query)
            for each in reply.objects:
                yield each
            if page >= reply.pages:
                return

    async def post(self, path: str, body: Json) -> Reply:
        """Makes something, in one call: nobody knows whether one that was lost did it. Raises SendError."""
        return await self._call("POST", path, CORE, {}, body)

    async def put(self, path: str, body: Json) -> Reply:
        """Changes something. Raises SendError."""
        return await self._call("PUT", path, CORE, {}, body)

    async def _call(self, method: str, path: str, space: str, query: Mapping[str, Any], body: Json | None) -> Reply:
        url = "/".join(part for part in (self._shop.url, "wp-json", space, path) if part)
        asked = {name: _written(value) for name, value in query.items()}
        headers = {"Accept": "application/json"}
        if url.startswith("https://"):
            headers["Authorization"] = aiohttp.encode_basic_auth(self._shop.key, self._shop.secret)
        else:
            asked = signed(method, url, asked, self._shop.key, self._shop.secret, self._clock())
        full = f"{url}?{urlencode(asked)}" if asked else url
        return _answer(await self._http.request(method, full, json=body, headers=headers, timeout=SECONDS, most=MOST))


def _answer(reply: HttpReply) -> Reply:
    """Returns what was answered. Raises SendError."""
    try:
        said = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = None
    if 200 <= reply.status < 300 and isinstance(said, dict | list):
        return Reply(without_nul(said), _pages(reply))
    raise _refusal(reply, object_(said))


def _refusal(reply: HttpReply, said: Json) -> SendError:
    status, code = reply.status, text(said.get("code"))
    code = code if code.startswith(("woocommerce_", "rest_")) else ""
    outcome = _outcome(status, code)
    theirs = plain(said.get("message"))[:WORDS]
    words = (
        f"{theirs.removesuffix('.')}; {NOT_TAKEN}"
        if code == NO_KEY
        else _CURES.get(code) or theirs or _host_says(status)
    )
    own = code or ("unreadable_answer" if status < 300 else f"http_{status}")
    return SendError(outcome, own, words, retry_after=retry_after(reply))


def _outcome(status: int, code: str) -> Outcome:
    """Decides what an answer means, by its status, and by the code that only WooCommerce itself gives.

    A page of the host tells nothing of what is behind it: that may have been done.
    """
    if status == 429:
        return Outcome.PACE
    if status in (401, 403) or 300 <= status < 400 or code == NO_ROUTE or (status == 404 and not code):
        return Outcome.MISCONFIGURED
    if (code and status != 503) or 400 <= status < 500:
        return Outcome.CONTENT_REJECTED
    return Outcome.RETRY if status == 503 else Outcome.AMBIGUOUS


def _host_says(status: int) -> str:
    """Says what it means that something before WooCommerce answered."""
    if 300 <= status < 400:
        return "redirects are not followed; set WOOCOMMERCE_URL to the address that the shop really has"
    if status in (401, 403):
        return "the host refuses us; a firewall or a plugin may stand before the REST API"
    return _CURES[NO_ROUTE] if status == 404 else "the host answered with a page and no JSON"


def _pages(reply: HttpReply) -> int:
    """Reads how many pages a list has."""
    told = reply.headers.get("X-WP-TotalPages", "")
    return int(told) if told.isascii() and told.isdigit() else 1


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S")  # GMT, which `dates_are_gmt` says
    return str(value)
