"""Asks a model for an answer in a given form: https://platform.openai.com/docs/api-reference/chat/create."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from adapters.llm.server import Server
from adapters.transport.http import Http
from core.errors import Outcome, SendError

LONGEST = 64 * 1024  # bytes of an answer, which has a few hundred


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: list[_Choice]


class ChatModel:
    """Implements `core.ports.language.LanguageModel`. `url` ends in /v1; `key` may be empty."""

    def __init__(self, http: Http, url: str, model: str, key: str = "") -> None:
        self._server = Server(http, url, key)
        self._model = model

    async def answer(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], seconds: float) -> str:
        """Asks once. Raises SendError."""
        form = {"type": "json_schema", "json_schema": {"name": "reading", "strict": True, "schema": schema}}
        asked = {"model": self._model, "messages": messages, "temperature": 0, "response_format": form}
        return _content(await self._server.post("/chat/completions", seconds, LONGEST, json=asked))

    async def check(self) -> str:
        """Looks for the model in the list of models, which not every server has. Raises SendError."""
        listed = await self._server.models()
        if listed is None:
            return f"answers; it does not list its models, so whether {self._model} is there shows when it is asked"
        if listed and self._model not in listed:
            raise SendError(Outcome.MISCONFIGURED, "unknown_model", f"{self._model} is not among its models")
        return f"lets us in, and has {self._model}" if listed else "lets us in"


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
