"""Tests that recordings are sent as the API wants them, and what each failure means."""

import asyncio
from collections.abc import Iterator

import pytest

from adapters.llm.speech import LONGEST, SpeechModel
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from tests.llm_server import KEY, LlmServer, llm_server

SOUND = b"OggS" + bytes(range(256)) * 8


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with llm_server() as made:
        made.heard = "  hello there \n"
        yield made


def ask(server: LlmServer, language: str = "", seconds: float = 5.0, key: str = KEY) -> str:
    async def main() -> str:
        http = Http()
        try:
            model = SpeechModel(http, server.url, key)
            return await model.transcribe(SOUND, "recording.ogg", "audio/ogg", language, seconds)
        finally:
            await http.close()

    return asyncio.run(main())


def check(server: LlmServer, key: str = KEY) -> str:
    async def main() -> str:
        http = Http()
        try:
            return await SpeechModel(http, server.url, key).check()
        finally:
            await http.close()

    return asyncio.run(main())


def test_a_recording_is_a_file_of_a_form_with_its_name_and_language(server: LlmServer) -> None:
    assert ask(server, "de") == "hello there"
    (form,) = server.recordings
    assert form == {
        "model": "whisper-1",
        "response_format": "json",
        "language": "de",
        "file": ("recording.ogg", "audio/ogg", SOUND),
    }
    ask(server)
    assert "language" not in server.recordings[1]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (401, Outcome.MISCONFIGURED),
        (413, Outcome.MISCONFIGURED),
        (429, Outcome.PACE),
        (500, Outcome.RETRY),
        (302, Outcome.MISCONFIGURED),
    ],
)
def test_each_status_has_its_meaning(server: LlmServer, status: int, outcome: Outcome) -> None:
    server.status, server.headers = status, {"Retry-After": "9", "Location": "http://127.0.0.1:1/v1"}
    with pytest.raises(SendError) as caught:
        ask(server)
    assert (caught.value.outcome, caught.value.code) == (outcome, f"http_{status}")


@pytest.mark.parametrize("heard", [b"", b"<html>", b'{"text": 5}', b"[]", b'{"text": "' + b"x" * LONGEST + b'"}'])
def test_an_answer_of_another_form_is_none(server: LlmServer, heard: bytes) -> None:
    server.heard = heard
    with pytest.raises(SendError) as caught:
        ask(server)
    assert caught.value.code == "unreadable_answer"


def test_one_that_is_slow_or_hangs_up_is_in_doubt(server: LlmServer) -> None:
    server.delay = 3
    with pytest.raises(SendError) as caught:
        ask(server, seconds=0.2)
    assert caught.value.code == "timeout"
    server.delay, server.hangs_up = 0, True
    with pytest.raises(SendError) as caught:
        ask(server)
    assert caught.value.code == "connection_lost"


def test_the_check_says_whether_we_are_let_in(server: LlmServer) -> None:
    assert check(server).startswith("lets us in; whisper-1 is not among its models")
    with pytest.raises(SendError):
        check(server, key="sk-another")
