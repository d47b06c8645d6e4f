"""Has what a recording says written down: https://platform.openai.com/docs/api-reference/audio/createTranscription."""

import aiohttp
import msgspec

from adapters.llm.server import Server
from adapters.transport.http import Http
from core.errors import Outcome, SendError

MODEL = "whisper-1"  # OpenAI's own; servers that run one model take its name for theirs
LONGEST = 256 * 1024  # bytes of an answer


class _Transcription(msgspec.Struct):
    text: str


class SpeechModel:
    """Implements `core.ports.language.Transcriber`. `url` ends in /v1; `key` may be empty."""

    def __init__(self, http: Http, url: str, key: str = "") -> None:
        self._server = Server(http, url, key)

    async def transcribe(self, content: bytes, filename: str, mime: str, language: str, seconds: float) -> str:
        """Asks once. The server knows the format by the name's ending. Raises SendError."""
        form = aiohttp.FormData()
        form.add_field("model", MODEL)
        form.add_field("response_format", "json")
        if language:
            form.add_field("language", language)
        form.add_field("file", content, filename=filename, content_type=mime)
        body = await self._server.post("/audio/transcriptions", seconds, LONGEST, data=form)
        try:
            return msgspec.json.decode(body, type=_Transcription).text.strip()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise SendError(Outcome.CONTENT_REJECTED, "unreadable_answer") from None

    async def check(self) -> str:
        """Looks for the model in the list of models, which a server that runs one of its own may call otherwise.

        Raises SendError.
        """
        listed = await self._server.models()
        if listed and MODEL not in listed:
            return f"lets us in; {MODEL} is not among its models, so whether it takes that name shows when it is asked"
        return "lets us in" if listed is not None else "answers"
