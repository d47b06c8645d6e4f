"""Defines what is asked of models: an answer in a form that is given, and what a recording says."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class LanguageModel(Protocol):
    """Answers a question in a form that is given, as JSON."""

    async def answer(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], seconds: float) -> str:
        """Asks once, for so many seconds: `messages` as {role, content}; the answer is of the JSON Schema's form.

        Raises SendError: RETRY where asking again may help at once, PACE with the seconds to wait.
        """
        ...

    async def check(self) -> str:
        """Asks whether we are let in and the model is there; returns a line for people. Raises SendError."""
        ...


class Transcriber(Protocol):
    """Writes down what a recording says."""

    async def transcribe(self, content: bytes, filename: str, mime: str, language: str, seconds: float) -> str:
        """Asks once, for so many seconds; empty where nobody speaks. `language` is a code like "en" where it is known.

        Raises SendError as `LanguageModel.answer` does.
        """
        ...

    async def check(self) -> str:
        """Asks whether we are let in; returns a line for people. Raises SendError."""
        ...
