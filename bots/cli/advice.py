"""Asks the language model about single lines of text, for `doorstep flows understand --llm`."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from adapters.transport.http import Http
from bots.wiring import clock_time
from bots.wiring.clients.language_model import build_language_model
from config.settings import load
from core.errors import ConfigurationError, SendError
from core.ports.language import LanguageModel
from flows.engine.events import UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.hearing.advising import question
from flows.engine.session import new_session
from flows.understanding.advice.answer import UnreadableAdvice, read
from flows.understanding.advice.question import messages, schema
from flows.understanding.reading import Outcome

SECONDS = 30.0  # nobody waits but who tries it


class Asking:
    """Asks about one line after the other, as the first message of a conversation."""

    def __init__(self, flows: FlowSet, model: LanguageModel, runner: asyncio.Runner) -> None:
        self._flows = flows
        self._model = model
        self._runner = runner

    def told(self, text: str) -> dict[str, Any] | None:
        """Writes what the model says, and what follows from it; None where it is not asked."""
        reading = self._flows.interpreter.read(text)
        if reading.outcome is Outcome.ACCEPT or reading.command or reading.risk:
            return None
        asked = question(self._flows, new_session("en"), UserMessage(text), clock_time.now())
        if asked is None:
            return None
        try:
            content = self._runner.run(self._model.answer(messages(asked), schema(asked), SECONDS))
            advice = read(content, asked)
        except SendError as error:
            return {"asked": asked.text, "failed": error.code}
        except UnreadableAdvice as error:
            return {"asked": asked.text, "failed": error.code}
        after = self._flows.interpreter.advised(text, reading, advice.intents, sure=advice.sure)
        said = {"intents": list(advice.intents), "sure": advice.sure}
        slots = {told.slot: told.value or told.words for told in advice.slots}
        follows = {"outcome": after.outcome.value, "intent": after.intent or None}
        return {"asked": asked.text, **said, "slots": slots, **follows}


def asking(flows: FlowSet) -> AbstractContextManager[Asking]:
    """Opens the connection to the model that the settings name. Raises ConfigurationError where they name none."""
    http = Http()
    model = build_language_model(load(), http)
    if model is None:
        raise ConfigurationError("there is no language model: LLM_URL and LLM_MODEL name one")
    return _open(flows, model, http)


@contextmanager
def _open(flows: FlowSet, model: LanguageModel, http: Http) -> Iterator[Asking]:
    with asyncio.Runner() as runner:
        try:
            yield Asking(flows, model, runner)
        finally:
            runner.run(http.close())
