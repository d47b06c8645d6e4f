"""Measures costs: what providers charge for messages, in millionths of a currency, which is the detail.

The topic is the flow that said it, or the kind of the notice. What was of a case is a measure of its own, and so is
what is known by the price table alone.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from insights.measuring.measurer import Measurer, Row, Shop, language, row
from storage.costs.rows import TABLE
from storage.insight.sources import ledgers

COST, CASE_COST, ESTIMATED = "cost", "case_cost", "cost_estimated"
AGAIN = (timedelta(), timedelta(hours=1), timedelta(days=1), timedelta(days=7))  # a provider tells the sum later


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    return {id_ for ago in AGAIN for id_ in ledgers.booked(conn, since - ago, until - ago)}


def _measure(conn: Connection, cost_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    for each in ledgers.charges(conn, cost_ids):
        of = {"value": each.micros, "detail": each.currency, "topic": each.kind or each.flow, "channel": each.channel}
        where = {"conversation_id": each.conversation_id or "", "language": language(each)}
        metrics = [COST, *([CASE_COST] if each.case_id else []), *([ESTIMATED] if each.source == TABLE else [])]
        for metric in metrics:
            yield row(shop, metric, each.id, each.id, each.at, **of, **where)


MEASURER = Measurer((COST, CASE_COST, ESTIMATED), _changed, _measure)
