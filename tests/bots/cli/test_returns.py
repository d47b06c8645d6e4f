"""Returns are listed with their tracks, and shown with what was decided, counted and paid."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bots.cli import cli
from bots.cli.commands.returns import STATES
from core.shop.return_steps import Counted
from core.shop.return_tracks import Approval, Logistics, Settlement, Tracks, with_tracks
from core.shop.returns import ReturnedLine, ReturnRecord, ReturnState
from storage.engine import migrate
from storage.engine.store import Store
from storage.shop import filed_returns, return_refunds, returns
from tests.fakes import NOW

LINES = (ReturnedLine("l1", 3, "changed_mind"),)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Makes an installation with a return that is decided and partly here, and one that is only told of."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ENV_FILE", "/dev/null")
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    migrate.upgrade(store)
    with store.write() as conn:
        told = ReturnRecord("r1", "1001", ReturnState.APPROVED, "refund", LINES)
        first = returns.tell(conn, told, NOW, None, NOW)
        returns.tell(conn, ReturnRecord("r2", "1002", ReturnState.REQUESTED), NOW, None, NOW)
        assert first is not None
        filed = filed_returns.by_id(conn, first.id)
        assert filed is not None
        tracks = Tracks(Approval.APPROVED, Logistics.PARTIALLY_RECEIVED, Settlement.AWAITING_APPROVAL)
        counts = {"l1": Counted("l1", ok=1, damaged=1)}
        filed_returns.keep(conn, filed, with_tracks(filed.record, tracks), decided_by="UANNA", counts=counts)
        money = return_refunds.ReturnRefund(
            "m1", filed.id, "1001", "waiting", Decimal("9.90"), "USD", "original", "UANNA", "", NOW
        )
        return_refunds.add(conn, money)
    yield store
    store.close()


def run(*words: str, code: int = 0) -> Any:
    """Runs the command; returns what it printed, as JSON where it was asked for."""
    done = CliRunner().invoke(cli, ["returns", *words])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if "--json" in words else done.output


def test_its_states_are_those_of_returns() -> None:
    assert set(STATES) == {state.value for state in ReturnState}


@pytest.mark.usefixtures("kept")
def test_they_are_listed_by_state_and_order_with_their_tracks() -> None:
    assert [each["id"] for each in run("list", "--json")] == ["r2", "r1"]
    (first,) = run("list", "--state", "received", "--json")
    assert (first["approval"], first["logistics"], first["settlement"]) == (
        "approved",
        "partially_received",
        "awaiting_approval",
    )
    assert "requested / none / none" in run("list", "--order", "1002")
    assert "There is no such return." in run("list", "--order", "1009")


@pytest.mark.usefixtures("kept")
def test_one_is_shown_with_what_came_and_its_money() -> None:
    shown = run("show", "r1", "--json")
    assert shown["decided_by"] == "UANNA"
    assert shown["lines"][0]["came"] == {"line_id": "l1", "ok": 1, "damaged": 1}
    assert shown["refund"]["state"] == "waiting"
    words = run("show", "r1")
    assert "1 ok, 1 damaged, 1 to come" in words
    assert "Money: 9.90 USD, waits for finance, asked for by UANNA" in words


@pytest.mark.usefixtures("kept")
def test_one_that_is_not_there_says_where_to_look() -> None:
    assert "returns list" in run("show", "R9", code=1)
