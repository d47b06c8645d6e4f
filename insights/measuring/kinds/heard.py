"""Measures what the bot heard, and whether it understood it; the detail is why it did not."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.ids import moment_of
from insights.measuring.heard import ANSWERED_WITHIN, NOT_UNDERSTOOD, heard
from insights.measuring.measurer import Measurer, Row, Shop, row
from insights.measuring.told import told
from storage.insight.sources import talks

FALLBACK = "fallback"


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names what customers wrote, and what they wrote so long ago that nothing answers it any more."""
    agos = timedelta(), ANSWERED_WITHIN
    return {id_ for ago in agos for id_ in talks.written(conn, since - ago, until - ago)}


def _measure(conn: Connection, message_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    first, last = moment_of(min(message_ids)), moment_of(max(message_ids)) + ANSWERED_WITHIN
    for talk in told(conn, message_ids, NOT_UNDERSTOOD, first, last):
        for each in heard(talk.lines, talk.troubles):
            if each.id in message_ids:
                of = {"value": int(bool(each.why)), "topic": each.flow, "detail": each.why}
                yield row(shop, FALLBACK, each.id, each.id, each.at, **of, **talk.where)


MEASURER = Measurer((FALLBACK,), _changed, _measure)
