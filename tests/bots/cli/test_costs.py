"""Tests `doorstep costs`: what was booked, added up exactly, for people and programs."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bots.cli import cli
from bots.cli.commands.costs import BY
from storage.costs import rows
from storage.engine import migrate
from storage.engine.store import Store
from tests.fakes import NOW
from tests.storage.costs.test_costs import row


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Makes an installation that sent two messages by WhatsApp and one by SMS."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    migrate.upgrade(store)
    with store.write() as conn:
        made = [row("w1", "0.0034"), row("w2", "0.025", kind="win_back", at=NOW - timedelta(days=40))]
        rows.book(conn, store, [*made, row("s1", "0.0166", rows.PROVIDER, channel="sms")])
    yield store
    store.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["costs", *words])


def run_json(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.usefixtures("store")
def test_by_channel() -> None:
    assert run_json() == [
        {"channel": "whatsapp", "currency": "USD", "messages": 2, "amount": "0.0284", "estimated": "0.0284"},
        {"channel": "sms", "currency": "USD", "messages": 1, "amount": "0.0166", "estimated": "0"},
    ]
    told = run().stdout.splitlines()
    assert told[0].split()[:4] == ["whatsapp", "2", "0.0284", "USD"]


@pytest.mark.usefixtures("store")
def test_since_a_day_by_kind() -> None:
    found = run_json("--since", f"{NOW:%Y-%m-%d}", "--by", "kind")
    assert [(each["kind"], each["amount"]) for each in found] == [("shipped", "0.02")]


@pytest.mark.usefixtures("store")
def test_what_there_is_to_add_up_by_is_what_the_command_offers() -> None:
    assert set(BY) == set(rows.BY)


def test_nothing_cost_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    migrate.upgrade(store)
    store.close()
    assert run().stdout == "Nothing that was sent cost anything.\n"
    assert run("--since", "yesterday").exit_code == 2
