"""Measures cases: how many were opened, and how long customers waited in them."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Connection

from core.people.conversations import CaseState
from insights.measuring.cases import FIRST_RESPONSE, NEXT_REPLY, RESOLUTION, Said, Story, measured
from insights.measuring.measurer import Measurer, Row, Shop, language, milliseconds, row
from storage.insight import stories

CASE = "case"


def _measure(conn: Connection, case_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    said = stories.said_in(conn, case_ids)
    for case in stories.cases_of(conn, case_ids):
        where = {"conversation_id": case.conversation_id, "channel": case.channel, "language": language(case)}
        where |= {"team": case.team, "topic": case.topic or case.reason}
        agent = case.claimed_by or ""
        yield row(shop, CASE, case.id, case.id, case.opened_at, **where, agent=agent)
        resolved_at = case.resolved_at if case.state == CaseState.RESOLVED.value else None
        lines = [Said(id_, at, by) for at, id_, by in said.get(case.id, ())]
        for wait in measured(Story(case.id, case.opened_at, resolved_at, agent, lines), shop.hours_of(case.team)):
            lasted = {"value": milliseconds(wait.calendar), "business": milliseconds(wait.business)}
            yield row(shop, wait.metric, wait.subject, case.id, wait.since, **where, **lasted, agent=wait.agent)


MEASURER = Measurer((CASE, FIRST_RESPONSE, NEXT_REPLY, RESOLUTION), stories.changed_cases, _measure)
