"""Tests how many wait for the desk now, for how long, and whose time is over or nearly is."""

from datetime import timedelta

from core.cases.clocks import begin
from core.cases.hours import ROUND_THE_CLOCK
from core.cases.sla import Metric
from core.cases.steps import Step
from core.ids import new_id
from storage.desk import cases, clocks
from storage.engine.store import Store
from storage.insight.waiting import Waiting, waiting
from tests.fakes import NOW
from tests.storage.desk.test_cases import load, open_case, taken

HOUR = timedelta(hours=1)


def test_open_cases_are_counted_once_each_with_the_oldest(store: Store) -> None:
    late, soon, later, over, _untimed = (open_case(store) for _ in range(5))
    with store.write() as conn:
        for case_id, metric, hours in (
            (late, Metric.FIRST, 1),
            (late, Metric.RESOLUTION, 2.5),
            (soon, Metric.NEXT, 2.5),
            (soon, Metric.EXPECTED, 1),  # what a customer was told is no aim
            (later, Metric.FIRST, 9),
            (over, Metric.FIRST, 1),
        ):
            clock = begin(new_id(NOW), case_id, metric, hours * HOUR, None, ROUND_THE_CLOCK, NOW)
            clocks.save(conn, store, [clock], ())
        assert cases.take_step(conn, load(store, over), Step.RESOLVE, NOW)
        taken(conn, soon, "U1")
        assert waiting(conn, NOW + 2 * HOUR) == Waiting(open=4, unclaimed=3, oldest=NOW, late=1, soon=1)


def test_nobody_waits_where_there_is_no_case(store: Store) -> None:
    with store.read() as conn:
        assert waiting(conn, NOW) == Waiting(0, 0, None, 0, 0)
