"""Says in words why somebody who was asked gave no answer."""

import asyncio

import pytest
from click import unstyle

from bots.cli.checkups import lines, safely, sentence
from core.errors import Outcome, SendError
from core.ports.channel import Finding


@pytest.mark.parametrize("outcome", list(Outcome))
def test_no_outcome_is_said_by_its_own_name(outcome: Outcome) -> None:
    assert outcome.value not in sentence(SendError(outcome, "http_500"))


def test_what_to_mend_stands_below_what_was_said() -> None:
    async def asked() -> list[Finding]:
        raise SendError(Outcome.MISCONFIGURED, "no_token", "set SHOP_TOKEN")

    told = lines("shop", asyncio.run(safely(asked())))
    assert [unstyle(each).strip() for each in told[1:]] == [
        "✗ connection: does not let us in (no_token)",
        "→ set SHOP_TOKEN",
    ]


def test_a_silence_says_where_to_look_even_without_a_word_of_theirs() -> None:
    assert "look at the address in the settings (ClientConnectorError)" in sentence(
        SendError(Outcome.RETRY, "connect", "ClientConnectorError")
    )
    assert "in trouble itself" in sentence(SendError(Outcome.RETRY, "http_502"))
