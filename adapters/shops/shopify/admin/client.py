"""Makes calls of the Admin API: with a token that is fetched and renewed, at the pace that the shop allows.

https://shopify.dev/docs/api/admin-graphql/latest and https://shopify.dev/docs/api/usage/limits: each query has a cost,
a leaky bucket is refilled by so many points a second, and `extensions.cost` says how it stands.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from adapters.shops.shopify.settings import ShopifySettings
from adapters.shops.values import Json, object_, objects, text
from adapters.transport.http import Http, HttpReply, retry_after
from core.errors import Outcome, SendError

TRIES = 6  # of a call that the shop puts off
LONGEST_WAIT = 30.0  # seconds in all; who is to wait longer comes again later
EARLY = timedelta(minutes=30)  # so long before its end a token is renewed
MOST = 8 * 1024 * 1024  # bytes of an answer
WORDS = 300
AGAIN = "install the app at {shop} again"
IDS = (
    "set SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET as Dev Dashboard > your app > Settings shows them; "
    "the app must be of the organisation that owns {shop}, and installed there"
)
_FINAL = {
    "ACCESS_DENIED": Outcome.MISCONFIGURED,
    "SHOP_INACTIVE": Outcome.MISCONFIGURED,
    "INTERNAL_SERVER_ERROR": Outcome.RETRY,
}


class Admin:
    """Asks one shop. Lives in one event loop. `patience`: seconds that a call may wait for its turn; `rest` waits."""

    def __init__(
        self,
        http: Http,
        shop: ShopifySettings,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: float = LONGEST_WAIT,
    ) -> None:
        self._http = http
        self._shop = shop
        self._clock = clock
        self._patience = patience
        self.rest = sleep
        self._token = ""
        self._until: datetime | None = None

    async def ask(self, query: str, /, **variables: Any) -> Json:
        """Makes a call and returns its `data`; waits, a few times, where the shop says that it is too much at once.

        Raises SendError: MISCONFIGURED for a token or a scope that is missing, PACE where waiting did not help.
        """
        wait = waited = 0.0
        for _ in range(TRIES):
            if wait:
                await self.rest(wait)
            reply = await self._call({"query": query, "variables": variables})
            wait = _wait(reply)
            if not wait:
                return _data(reply)
            waited += wait
            if waited > self._patience:
                break
        raise SendError(Outcome.PACE, "throttled", retry_after=wait)

    async def _call(self, body: Json) -> HttpReply:
        """Posts once; a token that the shop does not take (any more) is fetched anew, once."""
        reply = await self._post(body)
        if reply.status == 401 and not self._shop.access_token:
            self._until = None
            reply = await self._post(body)
        if reply.status == 401:
            raise SendError(Outcome.MISCONFIGURED, "revoked", self._revoked())
        if reply.status >= 500:
            raise SendError(Outcome.RETRY, f"http_{reply.status}")
        if reply.status not in (200, 429):
            raise SendError(
                Outcome.MISCONFIGURED,
                f"http_{reply.status}",
                f"no shop answers at {self._shop.api_url}; set SHOPIFY_SHOP",
            )
        return reply

    async def _post(self, body: Json) -> HttpReply:
        headers = {"X-Shopify-Access-Token": await self._current_token(), "Accept": "application/json"}
        url = f"{self._shop.api_url}/graphql.json"
        return await self._http.request("POST", url, json=body, headers=headers, timeout=30, most=MOST)

    async def _current_token(self) -> str:
        if self._shop.access_token:
            return self._shop.access_token
        now = self._clock()
        if self._until is None or now >= self._until:
            self._token, seconds = await self._fetch_token()
            self._until = now + max(timedelta(seconds=seconds) - EARLY, timedelta(seconds=seconds) / 2)
        return self._token

    def _revoked(self) -> str:
        """Says what it means that a token is not taken, and what to do."""
        if self._shop.access_token:
            return (
                f"SHOPIFY_ACCESS_TOKEN is not taken (any more); {AGAIN.format(shop=self._shop.shop)}, set its new one"
            )
        return f"a token that is new is not taken; {AGAIN.format(shop=self._shop.shop)}"

    async def _fetch_token(self) -> tuple[str, float]:
        """Fetches a token of a day by client id and secret."""
        parts = urlsplit(self._shop.api_url)
        form = {
            "grant_type": "client_credentials",
            "client_id": self._shop.client_id,
            "client_secret": self._shop.client_secret,
        }
        url = f"{parts.scheme}://{parts.netloc}/admin/oauth/access_token"
        reply = await self._http.request("POST", url, data=form, most=MOST)
        if reply.status == 429 or reply.status >= 500:
            raise SendError(Outcome.RETRY, f"http_{reply.status}", retry_after=retry_after(reply))
        said = object_(reply.json())
        token = text(said.get("access_token"))
        if reply.status != 200 or not token:
            why = text(said.get("error_description")) or text(said.get("error")) or f"http_{reply.status}"
            raise SendError(
                Outcome.MISCONFIGURED, "no_token", f"Shopify says {why[:WORDS]!r}; {IDS.format(shop=self._shop.shop)}"
            )
        seconds = said.get("expires_in")
        return token, float(seconds) if isinstance(seconds, int | float) and seconds > 0 else 86_399.0


def refusals(payload: Json) -> list[str]:
    """Lists what a mutation refuses (`userErrors`), one sentence each."""
    return [
        ": ".join(filter(None, (".".join(map(str, each.get("field") or ())), text(each.get("message")))))[:WORDS]
        for each in objects(payload.get("userErrors"))
    ]


def _wait(reply: HttpReply) -> float:
    """Returns the seconds to wait before the same call; 0 where it was answered."""
    if reply.status == 429:
        return retry_after(reply) or 2.0
    said = object_(reply.json())
    if not any(_code(each) == "THROTTLED" for each in objects(said.get("errors"))):
        return 0.0
    cost = object_(object_(said.get("extensions")).get("cost"))
    bucket = object_(cost.get("throttleStatus"))
    try:
        missing = float(cost["requestedQueryCost"]) - float(bucket["currentlyAvailable"])
        return max(missing / float(bucket["restoreRate"]), 0.1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return 1.0


def _data(reply: HttpReply) -> Json:
    said = object_(reply.json())
    errors = objects(said.get("errors"))
    if errors:
        code = _code(errors[0])
        needs = text(object_(errors[0].get("extensions")).get("requiredAccess"))
        words = f"{text(errors[0].get('message'))} {needs}".strip()[:WORDS]
        raise SendError(_FINAL.get(code, Outcome.CONTENT_REJECTED), code.lower() or "graphql", words)
    if not isinstance(said.get("data"), dict):
        raise SendError(Outcome.RETRY, "unreadable_answer")
    return object_(said["data"])


def _code(error: Json) -> str:
    return text(object_(error.get("extensions")).get("code"))
