"""Measures whether cases were answered and resolved in time, by their clocks; the detail is what a clock counts to."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.cases.clocks import ClockState
from core.cases.sla import AIMS
from insights.measuring.measurer import Measurer, Row, Shop, of_case, row
from storage.insight.sources import case_stories

IN_TIME = "in_time"
_AIMS = {metric.value for metric in AIMS}
_KNOWN = {ClockState.MET.value: 1, ClockState.BREACHED.value: 0}


def _measure(conn: Connection, case_ids: Collection[str], shop: Shop, now: datetime) -> Iterator[Row]:
    clocks = case_stories.clocks_of(conn, case_ids)
    for case in case_stories.cases_of(conn, case_ids):
        where = {**of_case(case), "agent": case.claimed_by or ""}
        for clock in clocks.get(case.id, ()):
            value = _in_time(clock, now)
            if value is not None and clock.metric in _AIMS:
                more = {"detail": clock.metric, "value": value}
                yield row(shop, IN_TIME, clock.id, case.id, clock.started_at, **where, **more)


def _in_time(clock: Any, now: datetime) -> int | None:
    """Tells whether a clock was met; None while that is open, or where nobody has to do it any more."""
    is_late = clock.state == ClockState.PENDING.value and clock.due_at is not None and clock.due_at < now
    return 0 if is_late else _KNOWN.get(clock.state)


MEASURER = Measurer((IN_TIME,), case_stories.active_between, _measure)
