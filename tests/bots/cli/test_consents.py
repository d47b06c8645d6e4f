"""Tests `doorstep consents`: what holds, what an operator records, and that a STOP is not undone by the way."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bots.cli import cli
from core.people.addresses import Address
from core.people.consent import SERVICE
from core.shop.orders import Buyer
from hub.customers import newcomers
from storage.desk.tables import audit
from storage.engine import migrate
from storage.engine.store import Store
from storage.people import addresses, consents
from storage.people.tables import consents as ledger
from tests.fakes import NOW, PHONE
from tests.storage.orders_sample import saved_order


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Makes Jane, who wrote on WhatsApp and Telegram."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    migrate.upgrade(store)
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE, email="jane@example.com"))
    with store.write() as conn:
        newcomers.ensure(conn, store, [(Address("whatsapp", "main", PHONE), "Jane")], NOW)
    yield store
    store.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["consents", *words])


def run_json(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def stop(store: Store) -> None:
    with store.write() as conn:
        conn.execute(ledger.insert(), consents.row("whatsapp", PHONE, SERVICE, False, "keyword", NOW))


def allowed(words: tuple[str, ...] = (PHONE,)) -> set[tuple[str, str, bool, str]]:
    return {(e["channel"], e["purpose"], e["granted"], e["source"]) for e in run_json("show", *words)["now"]}


def test_a_yes_is_recorded_with_its_source_and_proof(store: Store) -> None:
    assert run("show", PHONE).stdout.startswith("Nothing is recorded.")
    made = run_json("grant", PHONE, "--purpose", "marketing", "--channel", "sms", "--proof", "letter of 3 May")
    assert [(e["channel"], e["address"], e["purpose"], e["granted"]) for e in made] == [
        ("sms", PHONE, "marketing", True)
    ]
    assert allowed() == {("sms", "marketing", True, "operator")}
    assert "letter of 3 May" in run("show", "jane@example.com").stdout
    with store.read() as conn:
        assert [(row.actor, row.action) for row in conn.execute(select(audit))] == [("cli", "consent.grant")]


@pytest.mark.parametrize("address", [PHONE, "(202) 555-0101", f"whatsapp:main:{PHONE}", f"whatsapp:{PHONE}", "c1"])
def test_a_stop_is_not_undone_by_the_way(store: Store, address: str) -> None:
    stop(store)
    refused = run("grant", address, "--channel", "whatsapp")
    assert refused.exit_code == 1
    assert "the customer said no to service at whatsapp" in refused.stderr
    assert "--despite-stop --proof TEXT" in refused.stderr
    assert run("grant", address, "--channel", "whatsapp", "--despite-stop").exit_code == 2
    run_json("grant", address, "--channel", "whatsapp", "--despite-stop", "--proof", "their letter")
    assert allowed() == {("whatsapp", "service", True, "operator")}
    assert len(run_json("show", PHONE)["history"]) == 2


def test_what_an_operator_took_back_an_operator_may_give(store: Store) -> None:
    assert {(e["channel"], e["purpose"]) for e in run_json("revoke", PHONE)} == {
        (channel, purpose) for channel in ("sms", "whatsapp") for purpose in ("service", "marketing")
    }
    assert run("grant", PHONE, "--channel", "sms").exit_code == 0
    assert ("sms", "service", True, "operator") in allowed()


def test_a_yes_holds_for_one_address_and_a_no_for_all(store: Store) -> None:
    refused = run("grant", "c1")
    assert refused.exit_code == 1
    assert f"a yes holds for one address; say which of sms:{PHONE}, whatsapp:{PHONE}" in refused.stderr
    assert run("grant", f"sms:{PHONE}").exit_code == 0
    run_json("revoke", PHONE, "--channel", "sms", "--purpose", "marketing")
    assert allowed() == {("sms", "service", True, "operator"), ("sms", "marketing", False, "operator")}


def test_the_number_that_is_said_is_meant_where_a_customer_has_two_addresses(store: Store) -> None:
    with store.write() as conn:
        jane = addresses.by_keys(conn, [f"whatsapp:main:{PHONE}"])[f"whatsapp:main:{PHONE}"]
        addresses.add(conn, store, Address("whatsapp", "main", "US.1349"), jane.customer_id, NOW)
    (made,) = run_json("grant", PHONE, "--channel", "whatsapp")
    assert made["address"] == PHONE
    (made,) = run_json("grant", "whatsapp:US.1349")
    assert made["address"] == "US.1349"
    assert "say which of whatsapp:+12025550101, whatsapp:US.1349" in run("grant", "c1", "--channel", "whatsapp").stderr


def test_a_number_that_nobody_has_yet(store: Store) -> None:
    run_json("revoke", "+12025550199")
    assert len(allowed(("+12025550199",))) == 4


@pytest.mark.parametrize("words", [("show", "nobody"), ("grant", "nobody"), ("revoke", PHONE, "--channel", "telegram")])
def test_what_is_refused_says_why(store: Store, words: tuple[str, ...]) -> None:
    refused = run(*words)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "there is no address" in refused.stderr
