"""Measures cases: how many were opened, how long customers waited in them, and whether one answer was enough."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from insights.measuring.cases import WAITS, measured, settled
from insights.measuring.measurer import Measurer, Row, Shop, lengths, of_case, row, stood
from insights.measuring.turns import Story, replies, turns
from storage.insight.sources import case_stories, case_talks

CASE, ONE_TOUCH, UNATTENDED = "case", "one_touch", "unattended"


def _measure(conn: Connection, case_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    said, ends = case_talks.said_in(conn, case_ids), case_stories.ends_of(conn, case_ids)
    steps = case_stories.steps_of(conn, case_ids)
    for case in case_stories.cases_of(conn, case_ids):
        own = said.get(case.id, ()), ends.get(case.id, ()), steps.get(case.id, ())
        story = Story(case.id, case.opened_at, *own)
        yield row(shop, CASE, case.id, case.id, case.opened_at, **of_case(case), agent=case.claimed_by or "")
        yield from _waited(shop, case, story)
        yield from _touched(shop, case, story)
        yield from _unattended(shop, case, story)
    for known in case_stories.left_open(conn, UNATTENDED, case_ids):
        if over := stood(shop, known.measure["at"], known.over):
            yield {**known.measure, **over}


def _waited(shop: Shop, case: Any, story: Story) -> Iterator[Row]:
    for wait in measured(story, shop.hours_of(case.team)):
        lasted = lengths(wait.lasted)
        yield row(shop, wait.metric, wait.subject, case.id, wait.since, **of_case(case), **lasted, agent=wait.agent)


def _touched(shop: Shop, case: Any, story: Story) -> Iterator[Row]:
    """Tells of a resolved case whether people wrote to the customer once."""
    if last := settled(story):
        value = {"value": int(len(replies(story)) == 1), "agent": last.agent}
        yield row(shop, ONE_TOUCH, case.id, case.id, last.ended_at, **of_case(case), **value)


def _unattended(shop: Shop, case: Any, story: Story) -> Iterator[Row]:
    """Makes the rows of the times in which the customer waited overnight for words: named by what ended them, one that
    goes on by the case, so that it can be ended when nothing more is known of it."""
    for turn in turns(story):
        name, agent = turn.ended_by or case.id, case.claimed_by or ""
        if over := stood(shop, turn.since, turn.until):
            yield row(shop, UNATTENDED, name, case.id, turn.since, **of_case(case), agent=agent) | over


MEASURER = Measurer((CASE, *WAITS, ONE_TOUCH, UNATTENDED), case_stories.active_between, _measure)
