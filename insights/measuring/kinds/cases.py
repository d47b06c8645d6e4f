"""Measures cases: how many were opened, and how long customers waited in them."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Connection

from core.people.conversations import CaseState
from insights.measuring.cases import FIRST_RESPONSE, NEXT_REPLY, RESOLUTION, Said, Story, measured
from insights.measuring.measurer import Measurer, Row, Shop, milliseconds, of_case, row
from storage.insight.sources import case_stories

CASE = "case"


def _measure(conn: Connection, case_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    said = case_stories.said_in(conn, case_ids)
    for case in case_stories.cases_of(conn, case_ids):
        agent = case.claimed_by or ""
        yield row(shop, CASE, case.id, case.id, case.opened_at, **of_case(case), agent=agent)
        resolved_at = case.resolved_at if case.state == CaseState.RESOLVED.value else None
        lines = [Said(id_, at, by) for at, id_, by in said.get(case.id, ())]
        for wait in measured(Story(case.id, case.opened_at, resolved_at, agent, lines), shop.hours_of(case.team)):
            lasted = {"value": milliseconds(wait.calendar), "business": milliseconds(wait.business)}
            yield row(shop, wait.metric, wait.subject, case.id, wait.since, **of_case(case), **lasted, agent=wait.agent)


MEASURER = Measurer((CASE, FIRST_RESPONSE, NEXT_REPLY, RESOLUTION), case_stories.active_between, _measure)
