"""Campaigns by the command line: each step, its words for people and for programs, and what is refused."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bots.cli import cli
from bots.wiring.clients.database import make_store
from config.settings import load
from storage.engine.store import Store
from storage.people.tables import customers
from tests.fakes import NOW

SETTINGS = {
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_SMS_FROM": "+12025550100",
    "ENV_FILE": "/dev/null",
}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Makes an installation with two customers, one of them dear."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    assert doorstep("campaign", "list").stdout == "There is no campaign yet.\n"
    made = make_store(load(), pool_size=2)
    with made.write() as conn:
        for n, tier in enumerate(("vip", "")):
            row = {"id": f"{n:024}", "created_at": NOW, "phone": f"+1202555010{n}", "tier": tier, "store_id": f"c{n}"}
            conn.execute(customers.insert(), {**row, "locale": "en"})
    yield made
    made.close()


def doorstep(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


def told(*words: str) -> dict[str, object]:
    found = doorstep(*words, "--json")
    assert found.exit_code == 0, found.stderr
    made: dict[str, object] = json.loads(found.stdout)
    return made


def created(*more: str) -> str:
    return str(
        told("campaign", "create", "win_back", "--segment", "customer.tier == 'vip'", "--by", "anna", *more)["id"]
    )


def test_from_a_draft_to_its_end(store: Store) -> None:
    id_ = created()
    preview = told("campaign", "preview", id_)
    assert preview["counts"] == {"skip:not_true": 1}
    assert "skip (not true)" in doorstep("campaign", "preview", id_).stdout
    refused = doorstep("campaign", "run", id_)
    assert (refused.exit_code, "is not approved yet" in refused.stderr) == (1, True)
    refused = doorstep("campaign", "approve", id_, "--by", "Anna")
    assert (refused.exit_code, refused.stderr) == (1, f"Error: anna made {id_}; another person approves it\n")
    approved = told("campaign", "approve", id_, "--by", "ben")
    assert (approved["state"], approved["warning"]) == (
        "approved",
        "as of its preview nobody would be told anything (not true 1)",
    )
    ran = doorstep("campaign", "run", id_, "--by", "anna")
    assert ran.exit_code == 0
    assert "warning: as of its preview nobody would be told anything (not true 1)" in ran.stderr
    assert "No worker runs" in ran.stderr
    assert told("campaign", "pause", id_)["state"] == "paused"
    assert told("campaign", "resume", id_)["state"] == "running"
    assert told("campaign", "cancel", id_)["state"] == "cancelled"
    report = told("campaign", "report", id_)
    assert (report["delivered"], report["replies"], report["opt_outs"], report["cost"]) == (0, 0, 0, [])
    (listed,) = json.loads(doorstep("campaign", "list", "--json").stdout)
    assert (listed["id"], listed["state"], listed["approved_by"]) == (id_, "cancelled", "ben")


def test_times_are_those_of_the_shop(store: Store) -> None:
    id_ = created("--at", "2099-12-10 10:00", "--hold-out", "10")
    status = told("campaign", "status", id_)
    assert (status["at"], status["latest_start"]) == ("2099-12-10T15:00:00+00:00", "2099-12-10T16:00:00+00:00")
    scheduled = told("campaign", "approve", id_, "--by", "ben")
    assert (scheduled["state"], "nobody has looked" in str(scheduled["warning"])) == ("scheduled", True)
    assert "at 2099-12-10T15:00:00+00:00" in doorstep("campaign", "status", id_).stdout


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            ("create", "win_back", "--segment", "customer.teir == 'vip'"),
            "did you mean 'customer.tier'?\n  customer.teir ==",
        ),
        (("create", "back_in_stock", "--segment", "all"), "doorstep notify back_in_stock --customer C --product P"),
        (("create", "shipped", "--segment", "all"), "doorstep notify shipped --order N"),
        (("create", "winback", "--segment", "all"), "did you mean 'win_back'?"),
        (("create", "win_back", "--segment", "all", "--at", "tomorrow"), "--at: 'tomorrow' is no time"),
        (("create", "win_back", "--segment", "all", "--at", "2020-01-01 10:00"), "--at is over"),
        (("status", "win_back-0000"), "there is no campaign win_back-0000"),
        (("report", "win_back-0000", "--within", "soon"), "--within: expected"),
    ],
)
def test_what_is_wrong_is_said(store: Store, words: tuple[str, ...], complaint: str) -> None:
    refused = doorstep("campaign", *words)
    assert refused.exit_code == 1
    assert complaint in refused.stderr


def test_a_message_is_tried_at_an_address(store: Store) -> None:
    id_ = str(told("campaign", "create", "holiday_cutoff", "--segment", "all", "--by", "anna")["id"])
    refused = doorstep("campaign", "test", id_, "--to", "fax:1")
    assert (refused.exit_code, "fax:1 is no address" in refused.stderr) == (1, True)
    refused = doorstep("campaign", "test", id_, "--to", "+12025550177")
    assert "there is nothing to send" in refused.stderr  # nobody's order says where their parcels go


def test_everybody_is_told_the_last_moment_as_a_preview_has_it(store: Store) -> None:
    sums = told("campaign", "holiday-cutoff", "--preview")
    assert (sums["customers"], sums["cost"], sums["samples"]) == (2, {}, [])
    assert doorstep("campaign", "holiday-cutoff", "--preview").stdout.startswith("2 customers\n")
    assert told("campaign", "holiday-cutoff", "--send")["queued"] == 0
