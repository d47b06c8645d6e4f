"""Tests `doorstep conversations`: lists, and one conversation with what became of each message."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from bots.cli import cli
from core.messages.inbound import ReceiptStatus
from core.shop.orders import Buyer
from storage.engine import migrate
from storage.engine.store import Store
from storage.queues.tables import outbox
from tests.fakes import PHONE
from tests.hub.house import SMS, House
from tests.storage.orders_sample import saved_order


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Makes Jane, who asked for an order, got two answers, and asked for a person who wrote a note and a reply."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    migrate.upgrade(store)
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE))
    house = House(store)
    house.hear("menu")
    house.texts()
    house.receipt(ReceiptStatus.READ, provider_id=house.parts()[-1].provider_id)
    house.hear("agent")
    house.texts()
    house.writes("a good customer", note=True)
    house.writes("Hello, Anna here.")
    house.texts()
    last = house.messages()[-1].id
    with store.write() as conn:
        conn.execute(update(outbox).where(outbox.c.id == last).values(state="failed", code="131047"))
    yield house
    store.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["conversations", *words])


def run_json(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_one_conversation_with_what_became_of_it(house: House) -> None:
    shown = run_json("show", "(202) 555-0101")
    assert {name: shown[name] for name in ("state", "channel", "account", "case", "orders")} == {
        "state": "agent",
        "channel": "whatsapp",
        "account": "main",
        "case": 1,
        "orders": ["1001"],
    }
    assert shown["customer"]["phone"] == PHONE
    assert shown["window_until"] > shown["started_at"]
    told = [(each["by"], each["state"], each["reason"]) for each in shown["messages"]]
    assert told[:2] == [("customer", "received", None), ("bot", "read", None)]
    assert ("note", "note", None) in told
    assert told[-1] == ("agent", "failed", "131047")
    text = run("show", shown["id"]).stdout
    assert "note     a good customer  (note)" in text
    assert "Hello, Anna here.  (failed: 131047)" in text


def test_what_a_message_answers_is_named_by_our_id_and_shown(house: House) -> None:
    house.hear("that one?", reply_to=house.parts()[-1].provider_id)
    house.hear("and that?", reply_to="wamid.before-we-came")
    *_, asked, about, unknown = run_json("show", "(202) 555-0101")["messages"]
    assert (asked["text"], about["reply_to"], unknown["reply_to"]) == ("Hello, Anna here.", asked["id"], None)
    assert "customer ↪ Hello, Anna here.\n" in run("show", "(202) 555-0101").stdout


def test_lists_for_people_and_programs(house: House) -> None:
    listed = run_json("list")
    assert [item["customer"]["name"] for item in listed["items"]] == ["Jane Doe"]
    assert listed["next"] is None
    assert "case #1" in run("list").stdout
    for words in (("--customer", PHONE), ("--order", "1001"), ("--state", "agent"), ("--channel", "whatsapp")):
        assert len(run_json("list", *words)["items"]) == 1, words
    for words in (("--state", "bot"), ("--channel", "sms"), ("--since", "2100-01-01")):
        assert run_json("list", *words)["items"] == [], words
    assert run("list", "--state", "closed").stdout == "There is no such conversation.\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "nobody"), 1, "there is no conversation nobody"),
        (("list", "--customer", "nobody"), 1, "there is no customer nobody"),
        (("list", "--order", "2002"), 1, "there is no order 2002"),
        (("list", "--since", "yesterday"), 2, "is no time"),
        (("list", "--after", "x"), 2, "no cursor"),
        (("list", "--state", "open"), 2, "is not one of"),
    ],
)
def test_what_is_refused_says_why(house: House, words: tuple[str, ...], code: int, said: str) -> None:
    refused = run(*words)
    assert (refused.exit_code, refused.stdout) == (code, "")
    assert said in refused.stderr


def test_one_of_several_is_asked_for(house: House) -> None:
    house.say("hi", to=SMS)
    house.drain()
    refused = run("show", PHONE)
    assert refused.exit_code == 1
    assert "has 2 conversations; say which" in refused.stderr


@pytest.mark.parametrize("option", ["--customer", "--order", "--channel", "--topic", "--flow", "--since", "--after"])
def test_an_empty_word_is_no_wish_for_all(option: str) -> None:
    refused = run("list", option, " ")
    assert refused.exit_code == 2
    assert f"Invalid value for {option}: it is empty; leave it out to see all" in refused.stderr
