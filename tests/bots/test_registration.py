"""Tests that `make run` registers webhooks: again until a provider takes them, and that nothing is fatal."""

import asyncio
from typing import Any

import pytest

from bots import registration
from bots.cli.commands.channels import Checked, _print
from core.errors import Outcome, SendError
from core.ports.channel import Finding

WELL = [Finding("webhook", True, "registered")]
REFUSED = [Finding("webhook", False, "2200", "nobody answered the challenge")]


class Account:
    """Answers `setup` as scripted; the last answer again and again."""

    channel = "whatsapp"

    def __init__(self, account: str, *answers: Any) -> None:
        self.account = account
        self.answers = list(answers)
        self.asked = 0

    async def setup(self, base_url: str) -> list[Finding]:
        assert base_url == "http://127.0.0.1:8000"
        self.asked += 1
        answer: Any = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, SendError):
            raise answer
        return list(answer)


def register(*accounts: Any) -> list[Any]:
    return list(asyncio.run(registration.register(list(accounts), "http://127.0.0.1:8000", pause=0)))


def test_each_account_is_set_up_until_its_provider_takes_it() -> None:
    slow = Account("1", SendError(Outcome.RETRY, "connection_refused"), REFUSED, WELL)
    quick = Account("2", WELL)
    assert register(slow, quick) == []
    assert (slow.asked, quick.asked) == (3, 1)


def test_one_that_refuses_for_good_is_told_of_and_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(registration, "TRIES", 2)
    stubborn = Account("1", REFUSED)
    assert register(stubborn, Account("2", WELL)) == [stubborn]
    assert [record.getMessage() for record in caplog.records] == ["not registered: whatsapp webhook"]


def test_what_only_a_person_can_do_is_no_tick(capsys: pytest.CaptureFixture[str]) -> None:
    todo = Finding("callback url", True, "https://desk/webhooks/messenger", todo="enter it in the dashboard")
    _print([Checked("messenger", "1", [todo, *WELL])], as_json=False)
    said = capsys.readouterr().out
    assert "☐ callback url: https://desk/webhooks/messenger\n    → enter it in the dashboard" in said
    assert "✓ webhook: registered" in said
