"""Tests the times after a case: read from the store's file, refused with file, line and cure."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.cases.desk_times import Aim, DeskTimes, load_desk_times
from core.errors import ConfigurationError
from tests.fakes import STORE_DIR

WHOLE = """
policies: {standard: {first: 2h, next: 4h, resolution: 16h, hours: support, warn: 75%}}
paused_in: {next: [waiting], resolution: [waiting]}
unclaimed: {after: 10m, tell: lead}
still_waiting: {after: 30m}
assign: {mode: manual, max_cases: 8}
reopen: 24h
undo: 0s
chase: {nudge: 24h, resolve: 24h}
csat: {after: 1h, low: 1, once_per_customer: 7d}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sla.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_whole_file_is_read(tmp_path: Path) -> None:
    found = load_desk_times(written(tmp_path, WHOLE))
    assert found == DeskTimes(timedelta(days=1), timedelta(hours=1), 1, timedelta(days=7), {"standard": Aim()})


def test_what_we_ship_is_the_default() -> None:
    assert load_desk_times(STORE_DIR / "sla.yaml") == DeskTimes()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reopen: 3 days", "1: reopen: '3 days' is no length of time; expected a time like 30s, 10m, 2h or 7d"),
        ("csat: {afer: 10m}", "1: csat.afer: unknown field 'afer'; expected one of after, low, once_per_customer"),
        ("csat: {low: 9}", "1: csat.low: expected a whole number, 4 or less"),
        ("reopn: 72h", "did you mean 'reopen'?"),
    ],
)
def test_mistakes_are_refused(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigurationError) as error:
        load_desk_times(path)
    assert expected in str(error.value)


def test_the_aims_of_first_answers(tmp_path: Path) -> None:
    found = load_desk_times(written(tmp_path, "policies: {standard: {next: 4h}, fast: {first: 15m, hours: always}}\n"))
    assert found.aim("fast") == Aim(timedelta(minutes=15), always=True)
    assert found.aim("standard") == found.aim("unheard of") == Aim(timedelta(hours=2))


def test_an_aim_that_is_no_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"sla\.yaml:1: .*first"):
        load_desk_times(written(tmp_path, "policies: {fast: {first: soon}}\n"))
