"""Updates without a webhook."""

import json

import pytest

from adapters.channels.spec import Site
from adapters.channels.telegram.kit import build
from adapters.channels.telegram.outbound.send import TelegramAccount
from adapters.channels.telegram.settings import AccountSettings
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Reply
from tests.adapters.channels.telegram.rig import POLLED, WEBHOOK, against, form, ok, refusing


def test_polling_gives_raw_updates_from_the_offset() -> None:
    updates = [{"update_id": 9, "message": {"text": "hi"}}]
    got, (asked,) = against(ok(updates), lambda account: account.poll(9, hold=1), settings=POLLED)
    assert got == updates
    assert form(asked)["offset"] == "9"
    assert form(asked)["timeout"] == "1"
    assert "message_reaction" in json.loads(form(asked)["allowed_updates"])


@pytest.mark.parametrize(("settings", "polls"), [(POLLED, True), (WEBHOOK, False)])
def test_a_bot_without_a_secret_polls(settings: AccountSettings, polls: bool) -> None:
    (account,) = build((settings,), Site("http://127.0.0.1:9", Http(), KeptFiles())).accounts
    assert isinstance(account, TelegramAccount)
    assert account.polls is polls


@pytest.mark.parametrize(
    ("reply", "outcome", "words"),
    [
        (refusing(409, "Conflict: terminated by other getUpdates"), Outcome.MISCONFIGURED, "another program polls"),
        (refusing(401, "Unauthorized"), Outcome.MISCONFIGURED, "TELEGRAM_BOT_TOKEN"),
        (refusing(502, "Bad Gateway"), Outcome.RETRY, ""),
        (Reply(200, b"<html>"), Outcome.RETRY, "no list"),
        (Reply(drop=True), Outcome.AMBIGUOUS, ""),
    ],
)
def test_a_failed_poll_says_why(reply: Reply, outcome: Outcome, words: str) -> None:
    with pytest.raises(SendError) as caught:
        against(reply, lambda account: account.poll(0, hold=1))
    assert caught.value.outcome is outcome
    assert words in caught.value.detail


def test_a_poll_at_speed_names_the_seconds() -> None:
    with pytest.raises(SendError) as caught:
        against(
            refusing(429, "Too Many Requests", parameters={"retry_after": 3}), lambda account: account.poll(0, hold=1)
        )
    assert caught.value.outcome is Outcome.PACE
    assert caught.value.retry_after == 3
