"""Tests who is chosen for a case that nobody has taken."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.cases.assigning import Candidate, choose

NOW = datetime(2026, 12, 2, tzinfo=UTC)
candidates = st.builds(
    Candidate,
    st.sampled_from("abcdef"),
    teams=st.sampled_from([(), ("support",), ("finance", "support")]),
    languages=st.sampled_from([(), ("en",), ("zh",)]),
    most=st.integers(1, 3),
    holds=st.integers(0, 3),
    last_assigned_at=st.none() | st.integers(0, 5).map(lambda hours: NOW + timedelta(hours=hours)),
    is_away=st.booleans(),
)


@given(st.lists(candidates, max_size=6), st.sampled_from(["", "support", "finance"]), st.sampled_from(["en", "zh"]))
def test_nobody_who_may_not_is_chosen_and_nobody_with_fewer_is_passed_over(
    found: list[Candidate], team: str, language: str
) -> None:
    fitting = [each for each in found if each.fits(team, language)]
    chosen = choose(found, team, language)
    if chosen is None:
        assert not fitting
        return
    assert not chosen.is_away
    assert chosen.holds < chosen.most
    assert not chosen.languages or language in chosen.languages
    assert chosen.holds == min(each.holds for each in fitting)


def test_of_equals_who_went_longest_without_one_is_chosen() -> None:
    early, late = NOW, NOW + timedelta(hours=1)
    found = [Candidate("a", last_assigned_at=late), Candidate("b", last_assigned_at=early), Candidate("c", holds=1)]
    assert choose(found, "support", "en") == found[1]
    assert choose([*found, Candidate("d")], "support", "en") == Candidate("d")
