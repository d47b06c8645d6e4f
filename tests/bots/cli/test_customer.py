"""Tests `doorstep customer`: who somebody is, two made one, and taken back."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bots.cli import cli
from core.people.addresses import Address
from core.shop.orders import Buyer
from hub.customers import buyers, newcomers
from storage.conversations import conversations
from storage.engine import migrate
from storage.engine.store import Store
from tests.fakes import NOW, PHONE

WHATSAPP, TELEGRAM = Address("whatsapp", "main", PHONE), Address("telegram", "main", "42")


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Makes Jane, who wrote on WhatsApp, and a stranger on Telegram, in the installation of this folder; their ids."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    monkeypatch.setenv("DATABASE_URL", store.url)
    migrate.upgrade(store)
    with store.write() as conn:
        jane, _ = buyers.learn(conn, Buyer(id="c1", name="Jane Doe", phone=PHONE), "US", NOW)
        newcomers.ensure(conn, store, [(WHATSAPP, "Jane"), (TELEGRAM, "J")], NOW)
        stranger = conversations.by_keys(conn, [TELEGRAM.key])[TELEGRAM.key].customer_id
    store.close()
    return jane, stranger


def run(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(cli, ["customer", *words], input=answer)


def run_json(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_who_a_customer_is(people: tuple[str, str]) -> None:
    for word in (PHONE, "c1", WHATSAPP.key, people[0]):
        known = run_json("show", word)
        assert known["customer"]["id"] == people[0]
        assert [row["key"] for row in known["addresses"]] == [WHATSAPP.key]
        assert [row["in_use"] for row in known["conversations"]] == [True]
        assert known["merges"] == []
    text = run("show", PHONE).stdout
    assert f"{people[0]}  Jane Doe, {PHONE}, store c1" in text
    assert WHATSAPP.key in text


def test_two_made_one_and_two_again(people: tuple[str, str]) -> None:
    made = run_json("merge", PHONE, TELEGRAM.key, "--yes")
    assert (made["kept"], made["gone"]) == people
    known = run_json("show", people[1])
    assert known["customer"]["id"] == people[0]
    assert len(known["conversations"]) == 2
    assert f"merge {made['merge_id']}" in run("show", PHONE).stdout
    back = run("unmerge", made["merge_id"])
    assert (back.exit_code, back.stdout) == (0, f"{people[1]} and {people[0]} are two customers again.\n")
    assert run_json("show", people[1])["customer"]["id"] == people[1]
    assert "taken back" in run("show", PHONE).stdout


def test_nothing_is_merged_without_a_yes(people: tuple[str, str]) -> None:
    declined = run("merge", *people, answer="n\n")
    assert declined.exit_code == 1
    assert "Jane Doe" in declined.stderr
    assert run_json("show", people[1])["merges"] == []
    assert run("merge", *people, answer="y\n").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "nobody"), "there is no customer nobody"),
        (("merge", PHONE, "nobody", "--yes"), "there is no customer nobody"),
        (("merge", PHONE, "c1", "--yes"), "they are one customer already"),
        (("unmerge", "nothing"), "there is no such merge"),
    ],
)
def test_what_is_refused_says_why(people: tuple[str, str], words: tuple[str, ...], said: str) -> None:
    refused = run(*words)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert said in refused.stderr


def test_wrong_usage(people: tuple[str, str]) -> None:
    assert run("merge", PHONE).exit_code == 2


def test_export_and_erase_of_a_merged_customer(people: tuple[str, str]) -> None:
    run("merge", *people, "--yes")
    exported = json.loads(run("export", TELEGRAM.key).stdout)
    assert [row["id"] for row in exported["customer"]] == list(people)
    assert run_json("erase", PHONE, "--yes")["addresses"] == 2
    assert run("show", TELEGRAM.key).exit_code == 1


def test_how_a_customer_wants_to_hear_of_things(people: tuple[str, str]) -> None:
    told = run("prefer", PHONE, "--channel", "sms", "--reason", "on the phone")
    assert told.output == "only by sms\n"
    assert run_json("prefer", PHONE, "--not-between", "06:00-12:00")["prefers"] == {
        "channel": "sms",
        "not_between": {"from": "06:00", "to": "12:00"},
    }
    assert run("prefer", PHONE, "--clear").output == "on every channel, at any hour\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--clear alone"),
        (["--clear", "--channel", "sms"], "--clear alone"),
        (["--channel", "smss"], "did you mean 'sms'"),
        (["--not-between", "morning"], "like 06:00-12:00"),
    ],
)
def test_a_wish_that_is_none_is_refused(people: tuple[str, str], words: list[str], said: str) -> None:
    done = run("prefer", PHONE, *words)
    assert done.exit_code == 2
    assert said in done.output
