"""Measures promises: whether each that was due was kept, on the day on which it was due.

The detail is what was promised, the topic which flow or kind of notice told it.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.shop.promises import PromiseState
from insights.measuring.measurer import Measurer, Row, Shop, language, row
from storage.insight.sources import ledgers

PROMISE_KEPT = "promise_kept"
LATE = timedelta(days=3)  # so late most is told that happened in time; what is told later is seen on one of these days
LATER = tuple(timedelta(days=days) for days in (4, 5, 7, 10, 14, 21, 30))
_INSTANT = timedelta(microseconds=1)


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the promises that came due, or of which the ledger now says something else."""
    spans = ((since - LATE, until), *((since - ago, until - ago) for ago in LATER))
    return {id_ for span in spans for id_ in ledgers.misjudged_promises(conn, PROMISE_KEPT, *span)}


def _measure(conn: Connection, promise_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    for each in ledgers.judged_promises(conn, promise_ids):
        at = each.due_at - _INSTANT if each.due_on else each.due_at  # a day is due when it ends
        made = row(shop, PROMISE_KEPT, each.id, each.id, at, value=int(each.state == PromiseState.KEPT.value))
        if each.due_on:  # it ends by the clock of whoever was told
            made |= {"day": each.due_on, "week": each.due_on - timedelta(days=each.due_on.weekday())}
        where = {"conversation_id": each.conversation_id or "", "channel": each.channel or ""}
        of = {"topic": each.source.rpartition(":")[2][:64], "detail": each.purpose, "language": language(each)}
        yield made | where | of


MEASURER = Measurer((PROMISE_KEPT,), _changed, _measure)
