"""Asks one thing of a hook, and once more where that may help and there is time left."""

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import NamedTuple

from core.content.payment_secrets import masked
from core.desk.translation import LONGEST, SCHEMA, UnreadableTranslation, messages
from core.desk.translation import read as read_translation
from core.errors import Outcome, SendError
from core.ports.files import Files
from core.ports.language import LanguageModel, Transcriber
from hub.hooks.material import Material
from storage.hooks.rows import REPLY, TRANSCRIPT, TRANSLATION, Ask

log = logging.getLogger(__name__)

SECONDS = {TRANSLATION: 20.0, REPLY: 15.0, TRANSCRIPT: 90.0}
LEAST = 0.5  # seconds that a call must have left
ANSWERED, NOTHING, UNREADABLE, TIMEOUT, REFUSED, FAILED = (
    "answered",
    "nothing",
    "unreadable",
    "timeout",
    "refused",
    "failed",
)
_RESULTS = {Outcome.PACE: REFUSED, Outcome.MISCONFIGURED: REFUSED, Outcome.CONTENT_REJECTED: UNREADABLE}


@dataclass(frozen=True)
class Tools:
    """Names who is asked; None where that hook is off. `files` reads recordings."""

    model: LanguageModel | None
    transcriber: Transcriber | None
    files: Files

    @property
    def kinds(self) -> frozenset[str]:
        """Names what may be asked."""
        translating = {TRANSLATION, REPLY} if self.model else set()
        return frozenset(translating | ({TRANSCRIPT} if self.transcriber else set()))


class Came(NamedTuple):
    """Holds what came: a result, the text and the language of the words, after how many calls.

    `wanted`: the seconds for which the server wants to be left alone.
    """

    result: str
    text: str = ""
    spoken: str = ""
    calls: int = 0
    code: str = ""
    wanted: float | None = None

    @property
    def is_well(self) -> bool:
        """Tells whether the server did what it should."""
        return self.result in (ANSWERED, NOTHING)


async def ask(tools: Tools, what: Ask, material: Material) -> Came:
    """Asks. Raises nothing: whatever happens is a result."""
    if len(material.text) > LONGEST:
        return Came("too_large")
    deadline = time.monotonic() + SECONDS[what.kind]
    for calls in (1, 2):
        came, may_pass = await _once(tools, what, material, deadline - time.monotonic())
        if calls == 2 or not may_pass or deadline - time.monotonic() < LEAST:
            return came._replace(calls=calls)
    raise AssertionError("a third call")


async def _once(tools: Tools, what: Ask, material: Material, seconds: float) -> tuple[Came, bool]:
    """Makes one call; returns what came, and whether another try may help."""
    asked = _transcribed if what.kind == TRANSCRIPT else _translated
    try:
        async with asyncio.timeout(seconds):
            return await asked(tools, what, material, seconds), False
    except UnreadableTranslation:
        return Came(UNREADABLE, code="unreadable_answer"), False
    except TimeoutError:
        return Came(TIMEOUT, code="timeout"), False
    except SendError as error:
        return _failed(error), error.outcome is Outcome.RETRY or error.code == "connection_lost"
    except Exception as error:  # a bug in a port must end in the row
        log.exception("a hook failed", extra={"ask_id": what.id})
        return Came(FAILED, code=type(error).__name__), False


async def _translated(tools: Tools, what: Ask, material: Material, seconds: float) -> Came:
    if tools.model is None:
        raise SendError(Outcome.MISCONFIGURED, "off")
    text = material.text
    found = read_translation(await tools.model.answer(messages(text, what.language), SCHEMA, seconds))
    is_same = what.kind == TRANSLATION and (found.spoken == what.language or found.text == text)
    return Came(NOTHING if is_same else ANSWERED, masked(found.text), found.spoken or what.spoken)


async def _transcribed(tools: Tools, what: Ask, material: Material, seconds: float) -> Came:
    """Has a recording written down; what one must not keep is masked, as in what customers write."""
    if tools.transcriber is None:
        raise SendError(Outcome.MISCONFIGURED, "off")
    content = await tools.files.read(material.media_id)
    said = await tools.transcriber.transcribe(content, material.filename, material.mime, what.language, seconds)
    return Came(ANSWERED if said else NOTHING, masked(said))


def _failed(error: SendError) -> Came:
    result = TIMEOUT if error.code == "timeout" else _RESULTS.get(error.outcome, FAILED)
    wanted = (error.retry_after or 0.0) if error.outcome is Outcome.PACE else None
    return Came(result, code=error.code, wanted=wanted)
