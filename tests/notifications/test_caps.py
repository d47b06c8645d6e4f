"""Tests of how many notices of a sort a customer is sent: never more than allowed, and none held for nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from notifications.planning.caps import USUAL, Cap, Past, free_from
from notifications.store.policy import load_policy
from tests.notifications.samples import CHANNELS, NOW, POLICY, PROVIDERS, STORE

TIMES, HOURS = st.integers(1, 4), st.integers(1, 200)
AGES = st.lists(st.integers(0, 400), max_size=12)


def past(n: int, hours: float | None, category: str = "marketing") -> Past:
    at = None if hours is None else NOW - timedelta(hours=hours)
    return Past(f"k{n}", "win_back", category, at)


@given(times=TIMES, hours=HOURS, ages=AGES)
def test_no_stretch_ever_holds_more_than_allowed(times: int, hours: int, ages: list[int]) -> None:
    """Whatever was sent before, sending at the moment that is named makes no stretch fuller than allowed by it."""
    cap = Cap(times, f"{hours}h")
    sent = [past(n, age) for n, age in enumerate(sorted(ages, reverse=True))]
    free = free_from("mine", [("marketing", cap)], sent, NOW)
    within = [each for each in sent if each.at and each.at > free - cap.length]
    assert free >= NOW
    assert len(within) < times
    if free > NOW:  # not a moment later than needed
        before = free - timedelta(microseconds=1)
        assert len([each for each in sent if each.at and each.at > before - cap.length]) >= times


@given(times=TIMES, waiting=st.integers(0, 8))
def test_of_those_on_their_way_exactly_the_first_ones_go(times: int, waiting: int) -> None:
    cap = Cap(times, "7d")
    queued = [past(n, None) for n in range(waiting)]
    going = [each.key for each in queued if free_from(each.key, [("marketing", cap)], queued, NOW) == NOW]
    assert going == [each.key for each in queued[:times]]


def test_only_its_own_sort_counts() -> None:
    sent = [past(1, 1, "review"), past(2, 1, "service")]
    assert free_from("mine", [("marketing", Cap(1, "7d"))], sent, NOW) == NOW
    assert free_from("mine", [("review", Cap(1, "7d"))], sent, NOW) > NOW
    assert free_from("mine", [("win_back", Cap(1, "7d"))], sent, NOW) > NOW


def test_the_usual_caps() -> None:
    assert {sort: (cap.times, cap.per) for sort, cap in USUAL.items()} == {"marketing": (2, "7d"), "review": (1, "30d")}
    assert [sort for sort, _ in POLICY.caps_of("win_back")] == ["marketing"]
    assert [sort for sort, _ in POLICY.caps_of("review_request")] == ["review"]
    assert POLICY.caps_of("shipped") == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("  marketin: {times: 2, per: 7d}", "marketing"),
        ("  marketing: {times: 0, per: 7d}", "times"),
        ("  marketing: {times: 2, per: a week}", "30s"),
        ("  marketing: {times: 2, pro: 7d}", "per"),
        ("  win_bak: {times: 2, per: 7d}", "win_back"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, written: str, said: str) -> None:
    for name in ("templates.yaml", "cutoffs.yaml", "shipping.yaml"):
        (tmp_path / name).write_text((STORE / name).read_text())
    shop = "\n".join(line for line in (STORE / "shop.yaml").read_text().split("\n") if "per:" not in line)
    (tmp_path / "shop.yaml").write_text(shop.replace("caps:", f"caps:\n{written}"))
    line = next(n for n, text in enumerate((tmp_path / "shop.yaml").read_text().split("\n"), 1) if text == written)
    with pytest.raises(ConfigurationError, match=said) as refused:
        load_policy(tmp_path, CHANNELS, PROVIDERS)
    assert f"shop.yaml:{line}" in str(refused.value)
