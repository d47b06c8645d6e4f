"""Tests how long customers waited: for the first words of a person, for the next, and until all was done."""

from datetime import datetime, timedelta

from core.cases.hours import ROUND_THE_CLOCK
from insights.measuring.cases import AGENT_WAIT, FIRST_RESOLUTION, REQUESTER_WAIT, RESOLUTION, measured
from insights.measuring.turns import Story
from storage.insight.sources.case_stories import End, Step
from storage.insight.sources.case_talks import Line
from tests.fakes import NOW

MINUTE = timedelta(minutes=1)
ENDS = (FIRST_RESOLUTION, RESOLUTION)
SHARED = (REQUESTER_WAIT, AGENT_WAIT)


class Halves:
    """Counts every second minute, more or less."""

    def after(self, now: datetime, length: timedelta) -> datetime:
        return now + 2 * length

    def between(self, start: datetime, end: datetime) -> timedelta:
        return (end - start) / 2


def wrote(minutes: int) -> Line:
    return Line(NOW + minutes * MINUTE, f"m{minutes}", is_customers=True)


def told(minutes: int, agent: str = "UBEA") -> Line:
    return Line(NOW + minutes * MINUTE, f"m{minutes}", is_customers=False, agent=agent)


def over(minutes: int, again: int | None = None, state: str = "resolved") -> End:
    reopened = NOW + again * MINUTE if again is not None else None
    return End(f"e{minutes}", NOW + minutes * MINUTE, state, "UBEA", reopened)


def step(minutes: int, *, waits: bool) -> Step:
    return Step(NOW + minutes * MINUTE, waits)


def waits(*lines: Line, ends: tuple[End, ...] = ()) -> list[tuple[str, str, float, str]]:
    """Measures what was waited for words."""
    found = measured(Story("c1", NOW, lines, ends), ROUND_THE_CLOCK)
    told = [(each.metric, each.subject, each.lasted.calendar / MINUTE, each.agent) for each in found]
    return [each for each in told if each[0] not in (*ENDS, *SHARED)]


def lengths(*lines: Line, ends: tuple[End, ...] = (), steps: tuple[Step, ...] = ()) -> dict[str, float]:
    """Measures how long it took in all, in minutes."""
    found = measured(Story("c1", NOW, lines, ends, steps), ROUND_THE_CLOCK)
    return {each.metric: each.lasted.calendar / MINUTE for each in found if each.metric in (*ENDS, *SHARED)}


def test_several_messages_in_a_row_are_one_wait() -> None:
    lines = wrote(1), told(5), told(6), wrote(8), wrote(9), told(20, "USAM")
    assert waits(*lines, ends=(over(30),)) == [("first_response", "c1", 5, "UBEA"), ("next_reply", "m8", 12, "USAM")]


def test_what_is_still_waited_for_is_not_measured() -> None:
    assert waits(wrote(1)) == []
    assert waits(told(2), wrote(3)) == [("first_response", "c1", 2, "UBEA")]


def test_nobody_waits_while_the_case_is_over() -> None:
    answered = told(5), wrote(8)
    assert waits(*answered, told(90), ends=(over(10, again=60),)) == [("first_response", "c1", 5, "UBEA")]


def test_thanks_after_it_was_resolved_begin_no_wait() -> None:
    lines = told(5), wrote(12), wrote(70), told(90)
    assert waits(*lines, ends=(over(10, again=60),))[1:] == [("next_reply", "m70", 20, "UBEA")]
    assert waits(told(5), wrote(12), ends=(over(10),)) == [("first_response", "c1", 5, "UBEA")]


def test_what_opens_it_again_begins_one() -> None:
    lines = told(5), wrote(12), wrote(60), told(90)
    assert waits(*lines, ends=(over(10, again=60),))[1:] == [("next_reply", "m60", 30, "UBEA")]


def test_resolved_without_a_word_the_first_are_waited_for_since_it_was_opened_again() -> None:
    assert waits(told(90), ends=(over(10, again=60),)) == [("first_response", "e10", 30, "UBEA")]


def test_the_last_words_may_end_the_case() -> None:
    assert waits(wrote(1), told(10), ends=(over(10),)) == [("first_response", "c1", 10, "UBEA")]


def test_whoever_was_answered_as_it_opened_did_not_wait() -> None:
    assert waits(told(0, ""), wrote(3), told(7)) == [("next_reply", "m3", 4, "UBEA")]


def test_resolution_is_counted_to_the_first_and_to_the_last_time() -> None:
    twice = over(10, again=60), over(100)
    assert lengths(ends=twice) == {FIRST_RESOLUTION: 10, RESOLUTION: 100, REQUESTER_WAIT: 50}
    assert lengths(ends=(over(10, again=60),)) == {FIRST_RESOLUTION: 10}
    assert lengths(ends=(over(10, again=60), over(100, state="merged"))) == {FIRST_RESOLUTION: 10}
    assert lengths() == {}


def test_time_that_was_left_to_the_customer_is_ours() -> None:
    steps = step(10, waits=True), step(40, waits=True), step(45, waits=False), step(50, waits=True)
    lines = told(5), wrote(30), wrote(35)
    found = lengths(*lines, ends=(over(70, again=100), over(110)), steps=steps)
    assert found[AGENT_WAIT] == (30 - 10) + (45 - 40) + (70 - 50)
    assert found[REQUESTER_WAIT] == 70 + 10 - found[AGENT_WAIT]


def test_time_in_which_nobody_is_there_does_not_count_as_business() -> None:
    story = Story("c1", NOW, (told(10),), (over(30),), (step(20, waits=True),))
    found = {each.metric: each.lasted.business / MINUTE for each in measured(story, Halves())}
    assert found == {"first_response": 5, FIRST_RESOLUTION: 15, RESOLUTION: 15, REQUESTER_WAIT: 10, AGENT_WAIT: 5}
