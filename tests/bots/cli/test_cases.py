"""Tests `doorstep cases`: what waits for people, and how an operator frees what is stuck."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bots.cli import cli
from core.people.conversations import Owner
from storage.desk.tables import audit, cases
from storage.engine import migrate
from storage.engine.store import Store
from storage.people.tables import conversations
from storage.queues.tables import outbox
from tests.hub.house import ANNA, SMS, House


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Makes a case that Anna has, and one that waits, in the installation of this folder."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")  # away: the rows are the truth
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CHANNEL"):
        monkeypatch.setenv(name, {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_CHANNEL": "C0DESK"}.get(name, "s" * 32))
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    monkeypatch.setenv("DATABASE_URL", store.url)
    migrate.upgrade(store)
    house = House(store)
    house.hear("agent")
    house.texts()
    house.presses("case_claim")
    house.hear("agent", SMS)
    house.texts("sms")
    house.texts()
    yield house
    store.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["cases", *words])


def run_json(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def posted(house: House) -> list[tuple[str, str]]:
    """Lists (lane, payload) of what waits to be sent."""
    return [(row.lane, row.payload) for row in house.rows(outbox) if row.state == "pending"]


def test_what_waits_for_people(house: House) -> None:
    first, second = run_json("list")
    assert (first["number"], first["state"], first["claimed_by"], first["channel"]) == (1, "claimed", ANNA, "whatsapp")
    assert (second["number"], second["state"], second["claimed_by"], second["reason"]) == (
        2,
        "open",
        None,
        "asked_human",
    )
    assert [case["number"] for case in run_json("list", "--state", "open")] == [2]
    assert run_json("list", "--state", "resolved") == []
    assert "No case is resolved." in run("list", "--state", "resolved").stdout
    lines = run("list").stdout.splitlines()
    assert "#1" in lines[0]
    assert "Jane on whatsapp" in lines[0]
    assert "The customer asked for a person" in lines[1]


def test_one_case_by_number_or_id(house: House) -> None:
    by_number = run_json("show", "1")
    assert by_number == run_json("show", "#1") == run_json("show", by_number["id"])
    assert [turn["author"] for turn in by_number["turns"]][:2] == ["customer", "bot"]
    told = run("show", "1").stdout
    assert "agent" in told
    assert by_number["address"] in told


def test_release_takes_it_from_its_agent(house: House) -> None:
    assert run_json("release", "1")["state"] == "open"
    row = house.rows(cases)[0]
    assert (row.state, row.claimed_by, row.claimed_at) == ("open", None, None)
    assert house.rows(conversations)[0].owner == Owner.AGENT
    assert [lane for lane, _ in posted(house)] == ["desk"]  # the card
    assert [(entry.actor, entry.action) for entry in house.rows(audit)][-1] == ("cli", "release")


def test_release_brings_back_a_thread_that_is_gone(house: House) -> None:
    house.desk.gone.add(house.rows(cases)[0].thread)
    run_json("release", "1")
    house.send()
    assert house.rows(cases)[0].thread not in house.desk.gone


def test_resolve_gives_the_customer_back_to_the_bot(house: House) -> None:
    assert run_json("resolve", "2")["state"] == "resolved"
    assert house.rows(cases)[1].resolved_at is not None
    assert house.rows(conversations)[1].owner == Owner.BOT
    assert ["back with me" in text for text in house.texts("sms")] == [True]
    house.hear("menu", SMS)
    assert len(house.texts("sms")) == 1


@pytest.mark.parametrize("command", ["release", "resolve"])
def test_what_is_resolved_stays_so(house: House, command: str) -> None:
    run_json("resolve", "1")
    again = run(command, "1")
    assert (again.exit_code, again.stderr) == (1, "Error: case 1: This case is resolved already.\n")


@pytest.mark.parametrize("command", ["show", "release", "resolve"])
@pytest.mark.parametrize("word", ["7", "nobody", "99999999999999999999", "-- -1"])
def test_a_case_that_is_not_there(house: House, command: str, word: str) -> None:
    missing = run(command, *word.split())
    assert missing.exit_code == 1
    assert "there is no case" in missing.stderr


def test_what_is_due_is_listed(house: House) -> None:
    _, second = run_json("list")
    assert second["sla"] == "standard"
    assert second["due"]["what"] == "first"
    assert "first due 12-02 17:00" in run("list").output


def test_a_rank_that_people_set_wins_and_is_logged(house: House) -> None:
    changed = run_json("rank", "2", "--priority", "urgent", "--team", "finance", "--sla", "fast")
    assert (changed["priority"], changed["team"], changed["sla"]) == ("urgent", "finance", "fast")
    (entry,) = [row for row in house.rows(audit) if row.action == "rank"]
    assert json.loads(entry.data)["is"] == {"priority": "urgent", "team": "finance", "sla": "fast"}
    assert "#2" in run("list", "--state", "open").output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--team", "finanse"), "there is no team 'finanse'; expected one of"),
        (("--sla", "quick"), "there is no policy 'quick'"),
        ((), "name what to set"),
        (("--priority", "hot"), "low"),
    ],
)
def test_a_rank_that_cannot_be_is_refused(house: House, words: tuple[str, ...], expected: str) -> None:
    done = run("rank", "2", *words)
    assert done.exit_code in (1, 2)
    assert expected in done.output


def test_routing_is_tried_without_a_case(house: House) -> None:
    tried = run_json("route", "--reason", "legal", "--angry")
    assert (tried["priority"], tried["tags"], tried["rules"]) == (
        "urgent",
        ["risk", "legal", "angry"],
        ["legal", "angry"],
    )
    assert tried["times"] == {"first": 7200.0, "next": 14400.0, "resolution": 57600.0}
    assert "none holds, so the default does" in run("route", "--reason", "asked_human").output
    assert len(house.rows(cases)) == 2


def test_routing_with_a_mistake_says_where(tmp_path: Path) -> None:
    (tmp_path / "routing.yaml").write_text("default: {sla: standart}\n")
    done = run("route", "--reason", "legal", "--store", str(tmp_path))
    assert done.exit_code == 1
    assert "routing.yaml:1: default.sla: sla.yaml has no policy 'standart'" in done.output
    assert "did you mean 'standard'?" in done.output
