"""Tests `doorstep audit`: who did what, and that a changed entry is named."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from bots.cli import cli
from storage.desk import audit_chain
from storage.desk.tables import audit, cases
from storage.engine import migrate
from storage.engine.store import Store
from tests.hub.house import ANNA, BEN, House


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Makes a case that Anna took and ended and Ben opened again; the log of it is sealed."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    monkeypatch.setenv("DATABASE_URL", store.url)
    migrate.upgrade(store)
    house = House(store)
    house.hear("agent")
    house.texts()
    for action, user in (("case_claim", ANNA), ("case_resolve", ANNA), ("case_reopen", BEN)):
        house.presses(action, user)
    with store.write() as conn:
        audit_chain.seal(conn, store)
    yield house
    store.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["audit", *words])


def run_json(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_who_did_what_the_newest_first(house: House) -> None:
    listed = run_json("list")
    assert [(each["actor"], each["action"], each["case"]) for each in listed] == [
        (BEN, "reopen", 1),
        (ANNA, "resolve", 1),
        (ANNA, "claim", 1),
    ]
    assert "UANNA  claim  case 1" in run("list").stdout


def test_one_agent_one_action_one_case(house: House) -> None:
    assert [each["action"] for each in run_json("list", "--actor", BEN)] == ["reopen"]
    assert [each["actor"] for each in run_json("list", "--action", "claim")] == [ANNA]
    assert len(run_json("list", "--case", "1")) == len(run_json("list", "--case", house.row(cases).id)) == 3
    assert len(run_json("list", "--since", "2026-01-01", "--limit", "2")) == 2
    assert run_json("list", "--since", "2030-01-01") == []
    assert run("list", "--actor", "UNOBODY").stdout == "The log has no such entry.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "--case", "99"], "there is no case 99"),
        (["list", "--since", "soon"], "soon is no time"),
        (["verify", "--head", "7"], "7 is no head; it looks like 42:9f86"),
    ],
)
def test_a_wrong_word_is_named(house: House, words: list[str], said: str) -> None:
    done = run(*words)
    assert done.exit_code != 0
    assert said in done.output


def test_a_whole_log_has_a_head_to_note(house: House) -> None:
    told = run_json("verify")
    assert (told["whole"], told["sealed"], told["unsealed"]) == (True, 3, 0)
    assert f"Whole up to entry 3. Head: 3:{told['hash']}" in run("verify").stdout
    assert run("verify", "--head", f"3:{told['hash']}").exit_code == 0
    assert run("verify", "--head", f"3:{'0' * 64}").exit_code == 1


def test_a_changed_entry_is_named(house: House) -> None:
    with house.store.write() as conn:
        conn.execute(update(audit).where(audit.c.seq == 2).values(actor=BEN))
    done = run("verify")
    assert done.exit_code == 1
    assert "entry 2 (" in done.output
    assert "was changed" in done.output
    failed = CliRunner().invoke(cli, ["audit", "verify", "--json"])
    assert json.loads(failed.stdout)["whole"] is False
