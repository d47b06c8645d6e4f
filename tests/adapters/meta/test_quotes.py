"""Tests that a quote that is refused costs the message nothing."""

import asyncio
from typing import Any

import pytest

from adapters.meta.quotes import without_refused_quote
from core.errors import Outcome, SendError

QUOTING = {"text": "Hello", "context": {"message_id": "wamid.GONE"}}


def outcomes(payload: dict[str, Any], refusal: Outcome, *, always: bool = False) -> tuple[str, list[dict[str, Any]]]:
    """Makes a call that is refused while it quotes, or always; returns what came of it, and what was called."""
    called: list[dict[str, Any]] = []

    async def call(body: dict[str, Any]) -> str:
        called.append(body)
        if always or "context" in body:
            raise SendError(refusal, "131009")
        return "wamid.OUT1"

    try:
        return asyncio.run(without_refused_quote(call, payload, "context")), called
    except SendError as error:
        return error.outcome.value, called


def test_the_words_go_out_without_the_quote() -> None:
    assert outcomes(QUOTING, Outcome.CONTENT_REJECTED) == ("wamid.OUT1", [QUOTING, {"text": "Hello"}])


@pytest.mark.parametrize("refusal", [each for each in Outcome if each is not Outcome.CONTENT_REJECTED])
def test_no_other_trouble_is_the_quotes_fault(refusal: Outcome) -> None:
    assert outcomes(QUOTING, refusal) == (refusal.value, [QUOTING])


def test_words_that_are_refused_themselves_are_refused() -> None:
    assert outcomes(QUOTING, Outcome.CONTENT_REJECTED, always=True)[0] == Outcome.CONTENT_REJECTED.value
    assert len(outcomes({"text": "Hello"}, Outcome.CONTENT_REJECTED, always=True)[1]) == 1
