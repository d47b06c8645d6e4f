"""What the store was told and asked is listed, and what it did not take is sent again by one command."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bots.cli import cli
from core.ids import new_id
from storage.engine import migrate
from storage.engine.store import Store
from storage.outgoing import rows
from tests.fakes import NOW


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Makes an installation with an event in each state."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ENV_FILE", "/dev/null")
    monkeypatch.setenv("OUTGOING_WEBHOOK_URL", "https://shop.example/hook")
    monkeypatch.setenv("OUTGOING_WEBHOOK_SECRET", "whsec_" + "QUFB" * 10)
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    migrate.upgrade(store)
    with store.write() as conn:
        for state in rows.STATES:
            made = rows.row(
                new_id(NOW),
                f"act-{state}",
                rows.REQUEST,
                "doorstep.order.cancel",
                "order/1001",
                {"id": f"act-{state}", "expires_at": "2026-12-02T15:15:00Z"},
                NOW,
                order_number="1001",
                expires_at=NOW + timedelta(minutes=15),
            )
            rows.add(conn, store, [{**made, "state": state, "code": "http_500" if state == "failed" else None}])
        fact = rows.row(new_id(NOW), "case.opened:1", rows.FACT, "doorstep.case.opened", "case/1", {}, NOW)
        rows.add(conn, store, [{**fact, "state": "failed"}])
    yield store
    store.close()


def run(*words: str, code: int = 0) -> Any:
    """Runs the command; returns what it printed, as JSON where it was asked for."""
    result = CliRunner().invoke(cli, ["outgoing", *words])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout) if "--json" in words else result.output


def states(store: Store) -> dict[str, str]:
    with store.read() as conn:
        return {each.key: each.state for each in rows.listed(conn, rows.STATES, 100)}


def test_list_shows_everything_and_filters(kept: Store) -> None:
    found = run("list", "--json")
    assert [each["state"] for each in found] == ["failed", *reversed(rows.STATES)]
    failed = next(each for each in found if each["request"] == "act-failed")
    assert (failed["type"], failed["subject"], failed["order_number"], failed["code"], failed["next_at"]) == (
        "doorstep.order.cancel",
        "order/1001",
        "1001",
        "http_500",
        None,
    )
    assert [each["request"] for each in run("list", "--json", "--state", "failed", "--requests")] == ["act-failed"]
    assert len(run("list", "--limit", "2").splitlines()) == 2
    assert "doorstep.case.opened  case/1" in run("list", "--state", "failed")


def test_repeat_begins_anew(kept: Store) -> None:
    found = run("repeat", "act-failed", "act-held", "act-asked", "--json")
    assert len(found["repeated"]) == 3
    assert {states(kept)[f"act-{each}"] for each in ("failed", "held", "asked")} == {"pending"}
    with kept.read() as conn:
        row = rows.by_name(conn, "act-failed")
    assert row is not None
    assert (row.attempts, row.code, row.finished_at) == (0, None, None)
    assert row.event.data["expires_at"] != "2026-12-02T15:15:00Z"
    assert row.expires_at is not None
    assert row.expires_at > row.not_before


def test_repeat_all_takes_what_is_kept(kept: Store) -> None:
    assert "2 will be sent again." in run("repeat", "--all")
    assert [key for key, state in states(kept).items() if state == "failed"] == []
    assert "None was kept." in run("repeat", "--all")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "there is no event nobody"),
        ("act-done", "is done; nothing is to be repeated"),
        ("act-refused", "was refused by the store"),
        ("act-pending", "waits to be sent already"),
    ],
)
def test_repeat_says_why_not(kept: Store, name: str, words: str) -> None:
    assert words in run("repeat", name, code=1)
    assert states(kept)["act-failed"] == "failed"


def test_one_that_cannot_be_repeated_stops_all(kept: Store) -> None:
    run("repeat", "act-failed", "act-done", code=1)
    assert states(kept)["act-failed"] == "failed"


def test_repeat_wants_ids_or_all(kept: Store) -> None:
    run("repeat", code=2)
    run("repeat", "--all", "act-failed", code=2)


def test_erased_customers_request_is_not_sent(kept: Store) -> None:
    with kept.write() as conn:
        conn.execute(rows.outgoing.update().where(rows.outgoing.c.key == "act-failed").values(body=rows.ERASED))
    assert "the customer was erased" in run("repeat", "act-failed", code=1)
