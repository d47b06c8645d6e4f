"""Tests `doorstep trace`: it starts from what a person has, and says what to try when that leads nowhere."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bots.cli import cli
from core.people.addresses import Address
from core.shop.orders import Buyer
from hub.customers import newcomers
from storage.conversations import conversations, timeline
from storage.engine import migrate
from storage.engine.store import Store
from storage.people.tables import messages
from tests.fakes import NOW, PHONE
from tests.storage.orders_sample import saved_order


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Makes Jane, who has an order and wrote once; the id of the conversation."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    migrate.upgrade(store)
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE))
    jane = Address("whatsapp", "main", PHONE)
    with store.write() as conn:
        newcomers.ensure(conn, store, [(jane, "Jane")], NOW)
        who = conversations.by_keys(conn, [jane.key])[jane.key]
        row = timeline.row("m1", who.id, who.customer_id, timeline.CUSTOMER, "secret words", NOW, external_id="wamid.1")
        conn.execute(messages.insert(), row)
    store.close()
    return who.id


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["trace", *words])


@pytest.mark.parametrize(
    "words", [("--phone", "(202) 555-0101"), ("--order", "#1001"), ("{id}",), ("1001",), ("+1 202 555 0101",), ("c1",)]
)
def test_it_starts_from_what_a_person_has(spoken: str, words: tuple[str, ...]) -> None:
    words = tuple(word.format(id=spoken) for word in words)
    listed = json.loads(run(*words, "--json").stdout)
    assert [(step["what"], step["id"]) for step in listed] == [("conversation", spoken), ("message", "m1")]
    text = run(*words).stdout
    assert "by=customer  state=received" in text
    assert "secret" not in text
    assert "2025550101" not in text


@pytest.mark.parametrize(
    "words", [("wamid.none",), ("--order", "2002"), ("--phone", "+49301234567"), ("--case", "7"), ("--phone", "x")]
)
def test_what_nobody_knows_is_said_with_what_to_try(spoken: str, words: tuple[str, ...]) -> None:
    refused = run(*words)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"nothing is known of {' '.join(words)}" in refused.stderr
    assert "doorstep conversations list" in refused.stderr


@pytest.mark.parametrize("words", [(), ("m1", "--order", "1001"), ("--order", "1001", "--case", "1")])
def test_one_question_at_a_time(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2
