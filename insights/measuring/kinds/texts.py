"""Measures how customers read the bot's texts: which were misread; the detail is the text's key, the topic its flow."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.ids import moment_of
from insights.measuring.heard import ANSWERED_WITHIN, COUNTED, READ_WITHIN, read
from insights.measuring.measurer import Measurer, Row, Shop, row
from insights.measuring.told import told
from storage.insight.sources import talks

TEXT_MISREAD = "text_misread"


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the texts after which the customer wrote, and those after which they have not for a day."""
    silent = talks.said(conn, since - READ_WITHIN, until - READ_WITHIN)
    agos = timedelta(), ANSWERED_WITHIN
    return silent.union(*(talks.said_before(conn, since - ago, until - ago, READ_WITHIN) for ago in agos))


def _measure(conn: Connection, message_ids: Collection[str], shop: Shop, now: datetime) -> Iterator[Row]:
    first, last = moment_of(min(message_ids)), moment_of(max(message_ids)) + 2 * READ_WITHIN
    for talk in told(conn, message_ids, COUNTED, first, last):
        for each in read(talk.lines, talk.troubles, now):
            if each.id in message_ids:
                of = {"value": int(each.is_misread), "topic": each.flow, "detail": each.text}
                yield row(shop, TEXT_MISREAD, each.id, each.id, each.at, **of, **talk.where)


MEASURER = Measurer((TEXT_MISREAD,), _changed, _measure)
