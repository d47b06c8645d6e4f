"""Tests `doorstep report`: for people, for programs, for a spreadsheet, of any days, and of none."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bots.cli import cli
from storage.engine import migrate
from storage.engine.store import Store
from tests.bots.test_reports import happened

OF = datetime(2026, 11, 25, 15, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Makes an installation to which customers came in a week of November, and from the Monday of the week before."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("UNDERSTANDING", "light")
    store = Store(f"sqlite:///{tmp_path / 'doorstep.db'}")
    migrate.upgrade(store)
    happened(store, 1, at=OF)
    happened(store, 2, at=OF - timedelta(days=7))
    happened(store, 3, at=OF - timedelta(days=9))
    yield store
    store.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["report", *words])


def done(*words: str) -> str:
    found = run(*words)
    assert found.exit_code == 0, found.output
    return found.stdout


def whole(*words: str) -> Any:
    return json.loads(done(*words, "--json"))


@pytest.mark.usefixtures("store")
def test_a_week_for_people() -> None:
    told = done("week", "--of", "2026-11-25")
    assert told.startswith("Northwind: the week of Nov 23 – 29\nBeside Nov 16 – 22.")
    assert "Contacts 3 −50% 6" in " ".join(told.split())
    assert done("month", "--of", "2026-11-25", "--locale", "zh").startswith("Northwind：2026年11月")


@pytest.mark.usefixtures("store")
def test_a_week_for_programs() -> None:
    found = whole("week", "--of", "2026-11-29")
    assert (found["kind"], found["from"], found["to"]) == ("week", "2026-11-23", "2026-11-29")
    contacts = next(each for each in found["numbers"] if each["name"] == "contacts")
    assert (contacts["value"], contacts["before"], contacts["n"]) == (3, 6, 3)
    assert found["findings"] == found["improvements"] == []


@pytest.mark.usefixtures("store")
def test_a_month_for_a_spreadsheet() -> None:
    rows = list(csv.DictReader(StringIO(done("month", "--of", "2026-11-01", "--csv").removeprefix("\ufeff"))))
    assert next((row["value"], row["unit"]) for row in rows if row["name"] == "contacts") == ("9", "count")


@pytest.mark.usefixtures("store")
def test_of_days_without_anything_it_says_so() -> None:
    assert "Nothing was counted on these days" in done("week", "--of", "2025-11-25")
    assert whole("month", "--of", "2025-11-25")["findings"] == []


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("week", "--of", "2999-01-01"), "2999-01-01 is still to come"),
        (("week", "--of", "25.11.2026"), "does not match the format"),
        (("year",), "is not one of 'week', 'month'"),
        ((), "Missing argument"),
    ],
)
def test_a_mistake_is_a_sentence(words: tuple[str, ...], expected: str) -> None:
    found = run(*words)
    assert found.exit_code == 2
    assert expected in found.stderr
