"""Tests how long agents are taken to have worked on a case."""

from datetime import datetime, timedelta

from core.cases.hours import ROUND_THE_CLOCK
from insights.measuring.handling import IDLE, Work, worked
from insights.measuring.lasted import Lasted
from storage.insight.sources.case_stories import Act
from tests.fakes import NOW

MINUTE = timedelta(minutes=1)


def act(minutes: float, agent: str = "UBEA") -> Act:
    return Act(NOW + minutes * MINUTE, f"{agent}{minutes}", agent)


def both(length: timedelta) -> Lasted:
    return Lasted(length, length)


class FromFive:
    """Counts the time from the fifth minute on."""

    def after(self, now: datetime, length: timedelta) -> datetime:
        return max(now, NOW + 5 * MINUTE) + length

    def between(self, start: datetime, end: datetime) -> timedelta:
        return max(end - max(start, NOW + 5 * MINUTE), timedelta())


def test_it_goes_from_each_act_to_the_next_ten_minutes_at_most() -> None:
    (work,) = worked([act(0), act(4), act(14), act(600), act(601)], ROUND_THE_CLOCK)
    assert work == Work("UBEA0", NOW, "UBEA", both((4 + 10 + 10 + 1) * MINUTE))
    assert IDLE == 10 * MINUTE


def test_each_agent_has_their_own_time() -> None:
    found = {
        work.agent: work.lasted for work in worked([act(5), act(0), act(2, "USAM"), act(3, "USAM")], ROUND_THE_CLOCK)
    }
    assert found == {"UBEA": both(5 * MINUTE), "USAM": both(MINUTE)}


def test_one_act_alone_says_nothing() -> None:
    assert [work.lasted for work in worked([act(3)], ROUND_THE_CLOCK)] == [Lasted()]
    assert list(worked([], ROUND_THE_CLOCK)) == []


def test_what_is_done_out_of_hours_is_no_business_time() -> None:
    (work,) = worked([act(0), act(3), act(100), act(101)], FromFive())
    assert work.lasted == Lasted((3 + 10 + 1) * MINUTE, (8 + 1) * MINUTE)
