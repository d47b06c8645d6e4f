"""Measures what customers said of how they were helped, and how many of those who were asked said something.

A rating is of the agent who had the case when it was over before they were asked, whoever has it now.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from insights.measuring.measurer import Measurer, Row, Shop, of_case, row
from storage.insight.sources import case_stories
from storage.insight.sources.case_stories import End

RATED, ASKED = "rated", "asked_rating"


def _measure(conn: Connection, case_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    ratings, ends = case_stories.ratings_of(conn, case_ids), case_stories.ends_of(conn, case_ids)
    for case in case_stories.cases_of(conn, case_ids):
        for rating in ratings.get(case.id, ()):
            agent = _agent(ends.get(case.id, ()), rating.asked_at, case.claimed_by or "")
            where = {**of_case(case), "agent": agent, "detail": rating.kind}
            is_given = rating.score is not None
            yield row(shop, ASKED, rating.id, case.id, rating.asked_at, **where, value=int(is_given))
            if is_given:
                yield row(shop, RATED, rating.id, case.id, rating.given_at, **where, value=rating.score)


def _agent(ends: Sequence[End], asked_at: datetime, now: str) -> str:
    before = [end.agent for end in ends if end.ended_at <= asked_at]
    return before[-1] if before else now


MEASURER = Measurer((RATED, ASKED), case_stories.rated_between, _measure)
