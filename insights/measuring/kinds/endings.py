"""Measures how cases ended: what stood open, what was opened again, what was settled at the first contact."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.cases.topics import topic_of
from insights.measuring.endings import ENOUGH, Period, periods, was_enough
from insights.measuring.measurer import Measurer, Row, Shop, of_case, row, stood
from storage.insight.sources import case_stories
from storage.insight.sources.case_stories import End

OPENED, REOPENED, ONCE = "open", "reopened", "once"


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    return case_stories.ended_between(conn, since, until, ENOUGH)


def _measure(conn: Connection, case_ids: Collection[str], shop: Shop, now: datetime) -> Iterator[Row]:
    found = case_stories.all_cases_of(conn, case_ids)
    ends = case_stories.ends_of(conn, case_ids)
    theirs = case_stories.beside(conn, {case.customer_id for case in found})
    for case in found:
        own = ends.get(case.id, [])
        yield from _stood(shop, case, periods(case.id, case.opened_at, own))
        resolved = [each for each in own if each.is_resolved]
        for end in resolved:
            yield _row(shop, REOPENED, end.id, case, end, is_so=end.reopened_at is not None)
        enough = was_enough(resolved[0], _next(case, theirs[case.customer_id]), now) if resolved else None
        if enough is not None:
            yield _row(shop, ONCE, case.id, case, resolved[0], is_so=enough)


def _next(case: Any, theirs: Sequence[Any]) -> list[datetime]:
    """Lists when other cases of the customer about the same were opened."""
    return [other.opened_at for other in theirs if other.id != case.id and _topic(other) == _topic(case)]


def _topic(case: Any) -> str:
    return case.topic or topic_of(case.reason)


def _row(shop: Shop, metric: str, subject: str, case: Any, end: End, *, is_so: bool) -> Row:
    return row(shop, metric, subject, case.id, end.ended_at, **of_case(case), agent=end.agent, value=int(is_so))


def _stood(shop: Shop, case: Any, open_: Iterable[Period]) -> Iterator[Row]:
    """Makes the rows of the times in which a case was open overnight: each counts until the day of its end."""
    agent = case.claimed_by or ""
    for period in open_:
        if over := stood(shop, period.since, period.until):
            yield row(shop, OPENED, period.id, case.id, period.since, **of_case(case), agent=agent) | over


MEASURER = Measurer((OPENED, REOPENED, ONCE), _changed, _measure)
