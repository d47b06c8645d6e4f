"""Tests the calls of a language model against a server on loopback: what is asked, and what each failure means."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.llm.chat import LONGEST, ChatModel
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from tests.llm_server import KEY, MODEL, LlmServer, completion, llm_server, meaning
from tests.ports import two_ports

MESSAGES = [{"role": "system", "content": "rules"}, {"role": "user", "content": '{"message": "hi"}'}]
SCHEMA: dict[str, Any] = {"type": "object"}


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with llm_server() as made:
        yield made


def ask(url: str, key: str = KEY, seconds: float = 5.0, model: str = MODEL) -> str:
    async def main() -> str:
        http = Http()
        try:
            return await ChatModel(http, url, model, key).answer(MESSAGES, SCHEMA, seconds)
        finally:
            await http.close()

    return asyncio.run(main())


def check(url: str, key: str = KEY, model: str = MODEL) -> str:
    async def main() -> str:
        http = Http()
        try:
            return await ChatModel(http, url, model, key).check()
        finally:
            await http.close()

    return asyncio.run(main())


def refusal(server: LlmServer, **more: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        ask(server.url, **more)
    return caught.value


def test_the_model_is_asked_for_json_of_one_form_at_temperature_zero(server: LlmServer) -> None:
    server.say = lambda _told: meaning("return_item")
    assert '"return_item"' in ask(server.url)
    (asked,) = server.asked
    assert (asked["model"], asked["temperature"], asked["messages"]) == (MODEL, 0, MESSAGES)
    form = asked["response_format"]
    assert (form["type"], form["json_schema"]["strict"], form["json_schema"]["schema"]) == ("json_schema", True, SCHEMA)


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        (401, Outcome.MISCONFIGURED, "http_401"),
        (404, Outcome.MISCONFIGURED, "http_404"),
        (400, Outcome.MISCONFIGURED, "http_400"),
        (302, Outcome.MISCONFIGURED, "http_302"),
        (429, Outcome.PACE, "http_429"),
        (500, Outcome.RETRY, "http_500"),
        (503, Outcome.RETRY, "http_503"),
        (408, Outcome.RETRY, "http_408"),
    ],
)
def test_each_status_has_its_meaning(server: LlmServer, status: int, outcome: Outcome, code: str) -> None:
    server.status = status
    server.headers = {"Location": "http://127.0.0.1:1/v1", "Retry-After": "7"}
    error = refusal(server)
    assert (error.outcome, error.code) == (outcome, code)
    assert (error.retry_after == 7) == (outcome in (Outcome.PACE, Outcome.RETRY))
    assert KEY not in f"{error!r}{error.detail}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>busy</html>",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null, "refusal": "no"}}]}',
        b'{"choices": [{"message": {"content": ""}}]}',
        b"[" * 5000,
        b'{"choices": "\xff"}',
    ],
)
def test_what_is_no_completion_is_unreadable(server: LlmServer, body: bytes) -> None:
    server.say = lambda _told: body
    assert refusal(server).code == "unreadable_answer"


def test_an_answer_without_end_is_not_read_to_its_end(server: LlmServer) -> None:
    server.say = lambda _told: completion("x" * (LONGEST * 2))
    assert refusal(server).code == "unreadable_answer"


def test_a_slow_answer_is_not_waited_for(server: LlmServer) -> None:
    server.delay = 1.0
    assert refusal(server, seconds=0.1).code == "timeout"


def test_a_server_that_hangs_up_lost_the_question(server: LlmServer) -> None:
    server.hangs_up = True
    assert refusal(server).code == "connection_lost"


def test_nobody_at_the_address() -> None:
    with two_ports() as free, pytest.raises(SendError) as caught:
        ask(f"http://127.0.0.1:{free}/v1")
    assert (caught.value.outcome, caught.value.code) == (Outcome.RETRY, "connect")


def test_a_server_without_a_key_is_asked_without_one(server: LlmServer) -> None:
    server.key = ""
    assert ask(server.url, key="")


# --- doctor's question


def test_check_says_that_key_and_model_are_known(server: LlmServer) -> None:
    assert check(server.url) == f"lets us in, and has {MODEL}"


def test_check_names_a_model_that_is_not_there(server: LlmServer) -> None:
    with pytest.raises(SendError, match="unknown_model") as caught:
        check(server.url, model="big-9")
    assert "big-9" in caught.value.detail


def test_check_says_that_the_key_is_not_taken(server: LlmServer) -> None:
    with pytest.raises(SendError) as caught:
        check(server.url, key="sk-other")
    assert (caught.value.outcome, caught.value.code) == (Outcome.MISCONFIGURED, "http_401")


def test_a_server_may_have_no_list_of_models(server: LlmServer) -> None:
    server.status = 404
    assert "does not list" in check(server.url)
