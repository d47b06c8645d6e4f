"""Carries the calls of Twilio's library over our aiohttp session, to the settings' address, with a timeout."""

# mypy: disable-error-code="import-untyped, misc"
# (the library has annotations, but not the marker that says so: its classes count as Any)

import logging
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from adapters.channels.twilio.inbound.media import authorization
from adapters.channels.twilio.outbound.errors import ERRORS
from adapters.channels.twilio.settings import AccountSettings
from adapters.transport.http import TOTAL_TIMEOUT, Http, HttpReply, retry_after
from core.errors import Outcome, SendError

_TWILIO = re.compile(r"https://(api|messaging|content|monitor)\.twilio\.com(?=/)")


def client_of(settings: AccountSettings, api_url: str, http: Http) -> Client:
    """Makes the library's client, which makes its calls by the first token."""
    carrier = AiohttpClient(api_url, http)
    # An environment of its own: the library would take region, edge and account from the process's.
    return Client(settings.account_sid, settings.auth_tokens[0], http_client=carrier, environment={"TWILIO_REGION": ""})


def address(uri: str, api_url: str) -> str:
    """Finds where a call that the library addresses to `uri` goes.

    Twilio's other hosts are beside `api_url` where that is Twilio's own (`api.dublin.ie1.twilio.com`), else below it:
    `https://messaging.twilio.com/v2/…` is `<api_url>/messaging/v2/…`. Raises SendError for any other place (a next
    page that an answer names): credentials go nowhere else.
    """
    if uri.startswith(f"{api_url}/"):
        return uri
    named = _TWILIO.match(uri)
    if not named:
        raise SendError(Outcome.MISCONFIGURED, "foreign_host", "an answer names a page at another host")
    product, path = named[1], uri[named.end() :]
    if (urlsplit(api_url).hostname or "").endswith(".twilio.com"):
        return api_url.replace("//api.", f"//{product}.", 1) + path
    return api_url + ("" if product == "api" else f"/{product}") + path


class AiohttpClient(AsyncHttpClient):
    """Makes requests, without logging them as the library's own client does. Raises SendError for failed connections,
    429 and 5xx."""

    def __init__(self, api_url: str, http: Http) -> None:
        super().__init__(logging.getLogger(__name__), True, TOTAL_TIMEOUT)
        self._api_url = api_url
        self._http = http

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: ARG002 - never followed: credentials stay with the first host
    ) -> Response:
        """Makes one call in the library's form."""
        given = headers or {}
        url = address(uri, self._api_url) + (f"?{urlencode(params, doseq=True)}" if params else "")
        reply = await self._http.request(
            method,
            url,
            data=_body(data, given) if data else None,
            headers={**given, **(authorization(*auth) if auth else {})},
            timeout=timeout or self.timeout,
        )
        _raise_for_again(reply)
        return Response(reply.status, reply.body.decode("utf-8", "replace"), dict(reply.headers))


def _body(data: dict[str, object], headers: dict[str, str]) -> bytes:
    if headers.get("Content-Type") == "application/json":
        return msgspec.json.encode(data)
    return urlencode(data, doseq=True).encode()


def _raise_for_again(reply: HttpReply) -> None:
    """Raises for 429 and 5xx, by Twilio's code where the body has one: the library would drop Retry-After."""
    if reply.status != 429 and reply.status < 500:
        return
    body: Any = reply.json()
    code = str(body.get("code") or "") if isinstance(body, dict) else ""
    outcome = Outcome.PACE if reply.status == 429 else Outcome.RETRY
    scope = ERRORS.scopes.get(code, "all")
    raise SendError(outcome, code or f"http_{reply.status}", retry_after=retry_after(reply), scope=scope)
