"""Tests that what a change is put down to adds up to it, and that only what stands out is named."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insights.metrics.causes import Part, Sides, caused, change, contributions

GROUPS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.builds(Part, st.integers(1, 1000), st.integers(0, 10**6)),
    max_size=6,
)

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def whole(groups: dict[str, Part], *, is_mean: bool) -> float:
    total, n = sum(part.total for part in groups.values()), sum(part.n for part in groups.values())
    return total / n if is_mean else total


@RELAXED
@given(GROUPS.filter(bool), GROUPS.filter(bool), st.booleans())
def test_contributions_add_up_to_the_change(before: dict[str, Part], after: dict[str, Part], is_mean: bool) -> None:
    expected = whole(after, is_mean=is_mean) - whole(before, is_mean=is_mean)
    assert change(before, after, is_mean=is_mean) == pytest.approx(expected, abs=1e-4)
    assert contributions(before, after, is_mean=is_mean).keys() == before.keys() | after.keys()


@RELAXED
@given(GROUPS, st.booleans())
def test_what_did_not_change_has_no_cause(groups: dict[str, Part], is_mean: bool) -> None:
    assert change(groups, groups, is_mean=is_mean) == 0
    assert caused({"topic": Sides(groups, groups, is_mean)}) is None


@RELAXED
@given(GROUPS, GROUPS, st.booleans())
def test_a_cause_went_the_way_of_the_change(before: dict[str, Part], after: dict[str, Part], is_mean: bool) -> None:
    cause = caused({"topic": Sides(before, after, is_mean)})
    if cause:
        assert cause.contribution == contributions(before, after, is_mean=is_mean)[cause.key]
        assert cause.contribution * change(before, after, is_mean=is_mean) > 0


@RELAXED
@given(GROUPS.filter(bool), st.integers(2, 5))
def test_where_all_groups_grew_alike_none_is_named(groups: dict[str, Part], times: int) -> None:
    grown = {key: Part(part.n * times, part.total * times) for key, part in groups.items()}
    assert caused({"topic": Sides(groups, grown, False)}) is None
    assert caused({"topic": Sides(groups, grown, True)}) is None


def test_the_topic_that_made_people_unhappy_is_named() -> None:
    before = {"order_late": Part(10, 9), "return_item": Part(90, 81)}
    after = {"order_late": Part(40, 10), "return_item": Part(60, 54)}
    even = {"en": Part(50, 45), "zh": Part(50, 45)}, {"en": Part(50, 32), "zh": Part(50, 32)}
    cause = caused({"language": Sides(*even, True), "topic": Sides(before, after, True)})
    assert cause is not None
    assert (cause.by, cause.key, cause.before, cause.after) == ("topic", "order_late", 0.9, 0.25)
    assert cause.contribution == pytest.approx(-0.26)
    assert cause.share == pytest.approx(1)


def test_a_group_as_large_as_all_explains_nothing() -> None:
    assert caused({"channel": Sides({"sms": Part(5, 5)}, {"sms": Part(9, 9)}, False)}) is None


def test_a_group_without_a_name_is_no_cause() -> None:
    groups = {"": Part(5, 5), "faq": Part(5, 5)}, {"": Part(50, 50), "faq": Part(5, 5)}
    assert caused({"topic": Sides(*groups, False)}) is None


def test_what_is_new_altogether_may_have_a_cause() -> None:
    before: dict[str, Part] = {}
    after = {"damaged": Part(9, 9), "faq": Part(9, 9)}
    assert caused({"topic": Sides(before, after, True)}) is None
    cause = caused({"topic": Sides({"faq": Part(9, 9)}, after, False)})
    assert cause is not None
    assert (cause.key, cause.share, cause.before, cause.after) == ("damaged", 1, 0, 9)


def test_a_few_explain_no_mean() -> None:
    before = {"faq": Part(90, 90), "gift": Part(4, 4)}
    after = {"faq": Part(90, 90), "gift": Part(4, 0)}
    assert caused({"topic": Sides(before, after, True)}) is None


def test_a_topic_is_named_before_the_team_that_answers_it() -> None:
    before, after = {"x": Part(10, 9), "y": Part(90, 81)}, {"x": Part(40, 10), "y": Part(60, 54)}
    a_little_more = {"x": Part(40, 9), "y": Part(60, 55)}
    topic, team = Sides(before, after, True), Sides(before, a_little_more, True)
    cause = caused({"topic": topic, "team": team})
    assert cause is not None
    assert cause.by == "topic"
    even = {"x": Part(50, 45), "y": Part(50, 45)}, {"x": Part(50, 32), "y": Part(50, 32)}
    cause = caused({"topic": Sides(*even, True), "team": team})
    assert cause is not None
    assert cause.by == "team"
