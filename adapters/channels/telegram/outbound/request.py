"""Carries python-telegram-bot's calls over our aiohttp session, for a quarter of its httpx's CPU."""

import io
import re
from typing import Any

import msgspec
from aiohttp import FormData
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from adapters.transport.http import Http, HttpReply, raise_for_transport
from core.errors import Outcome, SendError

DEFAULT = BaseRequest.DEFAULT_NONE
UPLOAD_SECONDS = 25.0  # a send that takes 30 s counts as lost
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class AiohttpRequest(BaseRequest):
    """Makes requests for the library. A SendError raised here becomes the cause of the library's NetworkError."""

    def __init__(self, http: Http) -> None:
        self._http = http

    @property
    def read_timeout(self) -> float | None:
        """Leaves the timeout to the session."""
        return None

    async def initialize(self) -> None:
        """Does nothing: the session opens on first use."""

    async def shutdown(self) -> None:
        """Does nothing: the session belongs to the process."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = DEFAULT,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """Returns status and body. Raises SendError for failed connections, 429 and 5xx."""
        timeout = None if read_timeout is DEFAULT else read_timeout
        data: Any = request_data.json_parameters if request_data else None
        if request_data and request_data.contains_files:
            timeout, data = UPLOAD_SECONDS, _multipart(request_data)
        reply = await self._http.request(method, url, data=data, timeout=timeout)
        raise_for_pace(reply)
        raise_for_transport(reply)
        return reply.status, reply.body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Reads JSON as the library does, but does not log the body."""
        try:
            return msgspec.json.decode(payload, type=dict[str, Any])
        except msgspec.DecodeError:
            raise TelegramError("Invalid server response") from None  # a cause would mean a broken connection


def raise_for_pace(reply: HttpReply) -> None:
    """Raises for a 429: its seconds are in the body, and the library's RetryAfter warns when they are read.

    They hold for the whole bot, whichever chat it was (Bot API FAQ, "My bot is hitting limits").
    """
    answer = reply.json() if reply.status == 429 else {}
    parameters = answer.get("parameters") if isinstance(answer, dict) else None
    if isinstance(parameters, dict) and parameters.get("retry_after"):
        raise SendError(Outcome.PACE, "http_429", retry_after=float(parameters["retry_after"]), scope="bot")


def _multipart(request: RequestData) -> FormData:
    """Makes the form, with names as they are: Telegram shows a percent-encoded file name as such."""
    form = FormData(quote_fields=False)
    for name, value in request.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request.multipart_data.items():
        body = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, body, filename=_CONTROL.sub(" ", filename), content_type=mime)
    return form
