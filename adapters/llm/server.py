"""Calls a server that speaks OpenAI's API (https://platform.openai.com/docs/api-reference), as many others do.

The official SDK is left out: it loads some 30 MB into each worker for the two calls that are needed.
"""

from typing import Any

from adapters.transport.http import Http, HttpReply, as_send_error, retry_after
from core.errors import Outcome, SendError

MODELS_LONGEST = 1024 * 1024  # bytes of the list of models
CHECK_SECONDS = 10.0
_AGAIN = frozenset((408, 409, 425))  # 4xx that pass


class Server:
    """Makes calls with the key, which may be empty. `url` ends in /v1."""

    def __init__(self, http: Http, url: str, key: str = "") -> None:
        self._http = http
        self._url = url
        self._key = key

    async def post(self, path: str, seconds: float, most: int, *, json: Any = None, data: Any = None) -> bytes:
        """Posts JSON or a form; returns the answer, of `most` bytes. Raises SendError."""
        reply = await self._call("POST", path, seconds, most, json=json, data=data)
        _require_success(reply)
        return reply.body

    async def models(self) -> set[str] | None:
        """Lists the models; None where the server does not tell. Raises SendError."""
        reply = await self._call("GET", "/models", CHECK_SECONDS, MODELS_LONGEST)
        if reply.status in (404, 405):
            return None
        _require_success(reply)
        found = reply.json()
        listed = found.get("data") if isinstance(found, dict) else None
        return {str(each["id"]) for each in listed or () if isinstance(each, dict) and "id" in each}

    async def _call(self, method: str, path: str, seconds: float, most: int, **body: Any) -> HttpReply:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            return await self._http.request(
                method, f"{self._url}{path}", headers=headers, timeout=seconds, most=most, **body
            )
        except ValueError as error:
            raise as_send_error(error) from None


def _require_success(reply: HttpReply) -> None:
    """Raises SendError unless the status is 200. A redirect is not followed: where it leads, nobody has named."""
    status = reply.status
    if status == 200:
        return
    if status == 429:
        raise SendError(Outcome.PACE, "http_429", retry_after=retry_after(reply))
    if status >= 500 or status in _AGAIN:
        raise SendError(Outcome.RETRY, f"http_{status}", retry_after=retry_after(reply))
    raise SendError(Outcome.MISCONFIGURED, f"http_{status}")
