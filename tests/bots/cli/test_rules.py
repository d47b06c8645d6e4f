"""Tests `doorstep rules`: what is checked, and whom a dry run names; and that tags and firings are shown."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from bots.cli import cli
from storage.engine import migrate
from storage.engine.store import Store
from tests.fakes import NOW
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import ordered
from tests.hub.rules.ruled import VIP_STUCK, ruled
from tests.hub.rules.test_firing import VIP, stuck


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes a store's folder with a rule."""
    store = tmp_path / "store"
    store.mkdir()
    (store / "rules.yaml").write_text(VIP_STUCK, encoding="utf-8")
    monkeypatch.setenv("STORE_DIR", str(store))
    return store


@pytest.fixture
def house(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Makes the installation of these settings, with a parcel that nobody has scanned for long."""
    for name, value in {
        "VAR_DIR": str(tmp_path),
        "REDIS_URL": "redis://127.0.0.1:1",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "t" * 32,
        "TWILIO_SMS_FROM": "+12025550199",
    }.items():
        monkeypatch.setenv(name, value)
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    monkeypatch.setenv("DATABASE_URL", store.url)
    migrate.upgrade(store)
    monkeypatch.setattr("bots.wiring.clock_time.now", lambda: NOW)
    house = ruled(store, VIP_STUCK)
    yield house
    store.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def run_json(*words: str) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_check_lists_the_rules_and_warns(folder: Path) -> None:
    told = run_json("rules", "check")
    (rule,) = told["rules"]
    assert (rule["id"], rule["on"], rule["once_per"]) == ("vip_stuck", ["shipment.updated", "timer"], "parcel")
    assert [sentence.partition(":")[0] for sentence in told["warnings"]] == ["rule vip_stuck"] * 2
    assert "1 rule in order" in run("rules", "check").output


def test_check_refuses_a_mistake_with_file_and_line(folder: Path) -> None:
    (folder / "rules.yaml").write_text(VIP_STUCK.replace("notice: stuck", "notice: stuk"), encoding="utf-8")
    done = run("rules", "check")
    assert done.exit_code == 1
    assert f"{folder / 'rules.yaml'}:9: rules.0.then.0.notice: there is no notice 'stuk'" in done.output
    assert "did you mean 'stuck'?" in done.output


def test_a_dry_run_names_whom_and_why(house: House) -> None:
    house.told(ordered(buyer=msgspec.structs.replace(VIP, tier="gold")), stuck())
    assert run_json("rules", "dry-run") == {"items": [], "counts": []}
    house.told(ordered("again", NOW, buyer=VIP))
    told = run_json("rules", "dry-run", "--since", "2d")
    (item,) = told["items"]
    assert (item["subject_id"], item["held_back"]) == ("1001/s1", "")
    assert item["would"][0] == {"notice": "stuck", "decision": "send", "channel": "sms"}
    assert told["counts"] == [{"rule": "vip_stuck", "outcome": "would_fire", "times": 1}]
    words = run("rules", "dry-run").output
    assert "vip_stuck: parcel 1001/s1 (customer c1, order 1001), on timer" in words
    assert "because customer.tier = vip, parcel.hours_since_scan = 50.0, parcel.status = in_transit" in words
    assert "would: notice stuck (send, sms); case parcel_trouble (high, support); tag vip_stuck" in words
    assert "vip_stuck: 1 would fire" in words


def test_a_dry_run_of_a_rule_that_is_not_there(house: House) -> None:
    done = run("rules", "dry-run", "--rule", "vip_stuk")
    assert done.exit_code == 1
    assert "did you mean 'vip_stuck'?" in done.output


def test_the_trace_of_an_order_shows_what_rules_did_and_why(house: House) -> None:
    house.told(ordered(buyer=VIP), stuck())
    (step,) = [step for step in run_json("trace", "--order", "1001") if step["what"] == "rule fired"]
    assert (step["rule"], step["subject"], step["on"]) == ("vip_stuck", "parcel 1001/s1", "shipment.created")
    assert step["because"]["parcel.hours_since_scan"] == 50.0
    assert step["did"][1] == {"case": 1, "added_to": False}
    assert any(step["what"] == "rule fired" for step in run_json("trace", "--case", "1"))
    assert "rule=vip_stuck" in run("trace", "--order", "1001").output


def test_tags_are_shown_with_the_case_and_the_conversation(house: House) -> None:
    house.told(ordered(buyer=VIP), stuck())
    assert "vip_stuck" in run_json("cases", "show", "1")["tags"]
    assert run_json("conversations", "show", "1001")["tags"] == ["vip_stuck"]
    assert "#vip_stuck" in run("conversations", "show", "1001").output
