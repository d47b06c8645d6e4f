"""Twilio's library over our own aiohttp session, at the address of the settings, never without a timeout."""

# mypy: disable-error-code="import-untyped, misc"
# (the library has annotations, but not the marker that says so: its classes count as Any)

import logging
from typing import Any
from urllib.parse import urlencode

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from adapters.channels.twilio.settings import AccountSettings
from adapters.http import TOTAL_TIMEOUT, Http, HttpReply, retry_after
from core.errors import Outcome, SendError

TWILIO = "https://api.twilio.com"


def client_of(settings: AccountSettings, api_url: str, http: Http) -> Client:
    """The library's client, which makes its calls by the first token."""
    carrier = AiohttpClient(api_url, http)
    # An environment of its own: the library would take region, edge and account from the process's.
    return Client(settings.account_sid, settings.auth_tokens[0], http_client=carrier, environment={"TWILIO_REGION": ""})


class AiohttpClient(AsyncHttpClient):
    """Does not log requests, as the library's own does. Raises SendError for failed connections, 429 and 5xx."""

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
        """One call in the library's form."""
        url = uri.replace(TWILIO, self._api_url, 1) + (f"?{urlencode(params, doseq=True)}" if params else "")
        reply = await self._http.request(
            method,
            url,
            data=urlencode(data, doseq=True).encode() if data else None,
            headers={**(headers or {}), **(_authorization(*auth) if auth else {})},
            timeout=timeout or self.timeout,
        )
        _raise_for_again(reply)
        return Response(reply.status, reply.body.decode("utf-8", "replace"), dict(reply.headers))


def _authorization(user: str, password: str) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(user, password)}


def _raise_for_again(reply: HttpReply) -> None:
    """429 and 5xx by status, under Twilio's code where the body has one: the library would drop Retry-After."""
    if reply.status != 429 and reply.status < 500:
        return
    body: Any = reply.json()
    code = body.get("code") if isinstance(body, dict) else None
    outcome = Outcome.PACE if reply.status == 429 else Outcome.RETRY
    raise SendError(outcome, str(code or f"http_{reply.status}"), retry_after=retry_after(reply))
