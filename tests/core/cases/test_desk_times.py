"""Tests the times of a case: read from the store's file, refused with file, line and cure."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.cases.desk_times import Assign, DeskTimes, load_desk_times
from core.cases.sla import USUAL, Metric, Policy, Warn
from core.errors import ConfigurationError
from tests.fakes import STORE_DIR

WHOLE = """
policies:
  standard: {first: 1h, next: 2h, resolution: 8h, hours: support, warn: 50%}
  fast: {first: 15m, hours: always, warn: 5m}
paused_in: {next: [waiting], resolution: []}
unclaimed: {after: 20m, tell: lead}
still_waiting: {after: 1h}
assign: {mode: round_robin, max_cases: 3}
reopen: 24h
undo: 5s
chase: {nudge: 2d, resolve: 36h}
csat: {after: 1h, low: 1, once_per_customer: 7d}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sla.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_whole_file_is_read(tmp_path: Path) -> None:
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    assert load_desk_times(written(tmp_path, WHOLE)) == DeskTimes(
        24 * hour,
        hour,
        1,
        timedelta(days=7),
        {
            "standard": Policy(hour, 2 * hour, 8 * hour, warn=Warn(0.5)),
            "fast": Policy(15 * minute, always=True, warn=Warn(before=5 * minute)),
        },
        {Metric.NEXT: frozenset(("waiting",)), Metric.RESOLUTION: frozenset()},
        20 * minute,
        hour,
        Assign("round_robin", 3),
        timedelta(seconds=5),
        timedelta(days=2),
        36 * hour,
    )


def test_what_we_ship_is_the_default() -> None:
    shipped = load_desk_times(STORE_DIR / "sla.yaml")
    fast = {
        "fast": Policy(*(timedelta(minutes=each) for each in (15, 30, 480)), True, Warn(before=timedelta(minutes=5)))
    }
    assert shipped == DeskTimes(policies={**DeskTimes().policies, **fast})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reopen: 3 days", "1: reopen: '3 days' is no length of time; expected a time like 30s, 10m, 2h or 7d"),
        ("csat: {afer: 10m}", "1: csat.afer: unknown field 'afer'; expected one of after, low, once_per_customer"),
        ("csat: {low: 9}", "1: csat.low: expected a whole number, 4 or less"),
        ("reopn: 72h", "did you mean 'reopen'?"),
        ("policies:\n  fast: {frist: 5m}", "2: policies.fast.frist: unknown field 'frist'; "),
        ("policies:\n  fast: {first: soon}", "2: policies.fast.first: 'soon' is no length of time"),
        (
            "policies:\n  fast: {first: 1d}",
            "2: policies.fast.first: '1d' is in days, which the desk's hours do not have",
        ),
        ("policies:\n  fast: {first: 0s}", "2: policies.fast.first: expected more than no time; leave first out"),
        ("policies:\n  fast: {hours: allways}", "2: policies.fast.hours: allways: expected one of "),
        ("policies:\n  fast: {warn: soon}", "2: policies.fast.warn: 'soon' is no time to warn at; expected a share"),
        ("policies:\n  fast: {warn: 100%}", "2: policies.fast.warn: '100%' is no time to warn at"),
        (
            "policies:\n  fast: {first: 15m, next: 5m, warn: 5m}",
            "2: policies.fast.warn: expected more than nothing, and",
        ),
        ("paused_in: {next: [waitng]}", "1: paused_in.next.0: waitng: expected one of on_hold, snoozed, waiting"),
        ("paused_in: {first: [waiting]}", "1: paused_in.first: unknown field 'first'"),
        ("unclaimed: {after: 10m, tell: leed}", "1: unclaimed.tell: leed: expected one of lead; did you mean 'lead'?"),
        ("unclaimed: {after: 1d}", "1: unclaimed.after: '1d' is in days"),
        ("still_waiting: 30m", "1: still_waiting: "),
        ("assign: {mode: robin}", "1: assign.mode: robin: expected one of manual, round_robin"),
        ("assign: {max_cases: 0}", "1: assign.max_cases: expected a whole number, 1 or more"),
        ("chase: {nudge: x}", "1: chase.nudge: 'x' is no length of time"),
        ("undo: never", "1: undo: 'never' is no length of time"),
    ],
)
def test_mistakes_are_refused(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigurationError) as error:
        load_desk_times(path)
    assert expected in str(error.value)


def test_a_policy_has_the_clocks_that_it_names(tmp_path: Path) -> None:
    found = load_desk_times(written(tmp_path, "policies: {fast: {next: 30m, hours: always, warn: null}}\n"))
    assert found.policy("fast") == Policy(USUAL.first, timedelta(minutes=30), always=True, warn=None)
    assert found.policy("standard") == found.policy("unheard of") == USUAL


def test_what_is_null_is_never_told(tmp_path: Path) -> None:
    found = load_desk_times(written(tmp_path, "unclaimed: null\nstill_waiting: null\n"))
    assert (found.unclaimed, found.still_waiting) == (None, None)


def test_a_warning_comes_in_whole_seconds_before_the_end() -> None:
    assert Warn(0.33).after(timedelta(seconds=100)) == timedelta(seconds=33)
    assert Warn(before=timedelta(minutes=5)).after(timedelta(minutes=15)) == timedelta(minutes=10)
