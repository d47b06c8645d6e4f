"""Asks a model for an answer in a given form: https://platform.openai.com/docs/api-reference/chat/create.

The official SDK is left out: it loads some 30 MB into each worker for the one call that is needed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from adapters.transport.http import Http, HttpReply, as_send_error, retry_after
from core.errors import Outcome, SendError

LONGEST = 64 * 1024  # bytes of an answer, which has a few hundred
MODELS_LONGEST = 1024 * 1024  # of the list of models
CHECK_SECONDS = 10.0
_AGAIN = frozenset((408, 409, 425))  # 4xx that pass


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: list[_Choice]


class ChatModel:
    """Implements `core.ports.language.LanguageModel`. `url` ends in /v1; `key` may be empty."""

    def __init__(self, http: Http, url: str, model: str, key: str = "") -> None:
        self._http = http
        self._url = url
        self._model = model
        self._key = key

    async def answer(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], seconds: float) -> str:
        """Asks once. Raises SendError."""
        form = {"type": "json_schema", "json_schema": {"name": "reading", "strict": True, "schema": schema}}
        asked = {"model": self._model, "messages": messages, "temperature": 0, "response_format": form}
        reply = await self._call("POST", "/chat/completions", seconds, LONGEST, asked)
        _require_success(reply)
        return _content(reply.body)

    async def check(self) -> str:
        """Looks for the model in the list of models, which not every server has. Raises SendError."""
        reply = await self._call("GET", "/models", CHECK_SECONDS, MODELS_LONGEST)
        if reply.status in (404, 405):
            return f"answers; it does not list its models, so whether {self._model} is there shows when it is asked"
        _require_success(reply)
        listed = _models(reply)
        if listed and self._model not in listed:
            raise SendError(Outcome.MISCONFIGURED, "unknown_model", f"{self._model} is not among its models")
        return f"lets us in, and has {self._model}" if listed else "lets us in"

    async def _call(self, method: str, path: str, seconds: float, most: int, body: Any = None) -> HttpReply:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            return await self._http.request(
                method, f"{self._url}{path}", json=body, headers=headers, timeout=seconds, most=most
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


def _content(body: bytes) -> str:
    """Reads what the model wrote. Raises SendError for an answer of another form, also where it declined."""
    try:
        choices = msgspec.json.decode(body, type=_Completion).choices
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        choices = []
    content = choices[0].message.content if choices else None
    if not content:
        raise SendError(Outcome.CONTENT_REJECTED, "unreadable_answer")
    return content


def _models(reply: HttpReply) -> set[str]:
    found = reply.json()
    listed = found.get("data") if isinstance(found, dict) else None
    return {str(each["id"]) for each in listed or () if isinstance(each, dict) and "id" in each}
