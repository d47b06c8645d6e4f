"""Tests how long agents are taken to have worked on a case."""

from datetime import timedelta

from insights.measuring.handling import IDLE, Work, worked
from storage.insight.sources.case_stories import Act
from tests.fakes import NOW

MINUTE = timedelta(minutes=1)


def act(minutes: float, agent: str = "UBEA") -> Act:
    return Act(NOW + minutes * MINUTE, f"{agent}{minutes}", agent)


def test_it_goes_from_each_act_to_the_next_ten_minutes_at_most() -> None:
    (work,) = worked([act(0), act(4), act(14), act(600), act(601)])
    assert work == Work("UBEA0", NOW, "UBEA", (4 + 10 + 10 + 1) * MINUTE)
    assert IDLE == 10 * MINUTE


def test_each_agent_has_their_own_time() -> None:
    found = {work.agent: work.lasted for work in worked([act(5), act(0), act(2, "USAM"), act(3, "USAM")])}
    assert found == {"UBEA": 5 * MINUTE, "USAM": MINUTE}


def test_one_act_alone_says_nothing() -> None:
    assert [work.lasted for work in worked([act(3)])] == [timedelta()]
    assert list(worked([])) == []
