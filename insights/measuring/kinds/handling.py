"""Measures how long agents worked on cases, as far as what they did there tells."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Connection

from insights.measuring.handling import worked
from insights.measuring.measurer import Measurer, Row, Shop, lengths, of_case, row
from storage.insight.sources import case_stories

HANDLING = "handling"


def _measure(conn: Connection, case_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    acts = case_stories.acts_of(conn, case_ids)
    for case in case_stories.cases_of(conn, case_ids):
        for work in worked(acts.get(case.id, ()), shop.hours_of(case.team)):
            lasted = lengths(work.lasted)
            yield row(shop, HANDLING, work.id, case.id, work.since, **of_case(case), agent=work.agent, **lasted)


MEASURER = Measurer((HANDLING,), case_stories.active_between, _measure)
