"""Tests whose turn it was in a case, whatever was said and done there."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from insights.measuring.turns import Story, replies, rests, turns
from storage.insight.sources.case_stories import End, Step
from storage.insight.sources.case_talks import Line
from tests.fakes import NOW

MINUTE = timedelta(minutes=1)
minutes = st.integers(0, 60)
lines = st.builds(lambda at, is_theirs: Line(NOW + at * MINUTE, f"m{at}", is_theirs, ""), minutes, st.booleans())
steps = st.builds(lambda at, waits: Step(NOW + at * MINUTE, waits), minutes, st.booleans())


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Makes a case that was over and opened again at distinct minutes."""
    times = [NOW + at * MINUTE for at in sorted(draw(st.sets(st.integers(1, 60), max_size=5)))]
    ends = []
    for number, at in enumerate(times[::2]):
        again = times[2 * number + 1] if 2 * number + 1 < len(times) else None
        ends.append(End(f"e{number}", at, "resolved", "", again))
    said = draw(st.lists(lines, max_size=8, unique_by=lambda line: line.id))
    return Story("c1", NOW, sorted(said), ends, sorted(draw(st.lists(steps, max_size=5))))


@given(stories())
def test_what_is_said_while_it_is_over_is_no_reply_in_it(story: Story) -> None:
    theirs = [line for line in story.said if not line.is_customers]
    over = [line for line in theirs if not any(p.since <= line.at <= (p.until or line.at) for p in story.periods)]
    assert sorted([*replies(story), *over]) == theirs


@given(stories())
def test_nobody_waits_outside_the_times_in_which_it_was_open(story: Story) -> None:
    for spans in ([(each.since, each.until) for each in turns(story)], list(rests(story))):
        for since, until in spans:
            inside = [each for each in story.periods if each.since <= since and (each.until or since) >= since]
            assert any(each.until is None or (until is not None and until <= each.until) for each in inside)
        for (_, until), (since, _) in pairwise(spans):
            assert until is not None
            assert until <= since


@given(stories())
def test_each_wait_has_a_name_of_its_own_and_one_at_most_goes_on(story: Story) -> None:
    found = list(turns(story))
    names = [each.ended_by or story.id for each in found]
    assert len(set(names)) == len(names)
    assert [each.until for each in found].count(None) <= 1


@given(stories())
def test_they_still_wait_where_the_last_word_was_theirs_or_nobody_answered(
    story: Story,
) -> None:
    *_, last = story.periods
    said = [line for line in story.said if any(_is_in(line, since, until) for _, since, until, _ in story.periods)]
    words = [line for line in said if line.at >= last.since]
    is_asked = bool(words) and words[-1].is_customers
    was_answered = any(not line.is_customers for line in said)
    waits = [each for each in turns(story) if each.until is None]
    assert bool(waits) is (last.until is None and (is_asked or not was_answered))


def _is_in(line: Line, since: datetime, until: datetime | None) -> bool:
    if until is None:
        return since <= line.at
    return since <= line.at < until or (line.at == until and not line.is_customers)
