"""Measures what the bot heard: whether it understood each message, and whether that had misread the text before it.

The fallback's detail is why a message was not understood; that of what was misread is the key of the text.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.ids import moment_of
from insights.measuring.heard import (
    ANSWERED_WITHIN,
    COUNTED,
    FALLBACK,
    READ_WITHIN,
    TEXT_MISREAD,
    Line,
    Trouble,
    measured,
    trouble_of,
)
from insights.measuring.measurer import Measurer, Row, Shop, language, row
from storage.conversations.timeline import CUSTOMER
from storage.insight import heard


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names what customers wrote, and what they wrote so long ago that nothing answers it any more."""
    return {id_ for ago in (timedelta(), ANSWERED_WITHIN) for id_ in heard.written(conn, since - ago, until - ago)}


def _measure(conn: Connection, message_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    first, last = moment_of(min(message_ids)), moment_of(max(message_ids)) + ANSWERED_WITHIN
    said = heard.lines(conn, message_ids, first - READ_WITHIN, last)
    counted = heard.events(conn, said, COUNTED, first, last)
    for place, lines in said.items():
        told = [Line(each.id, each.at, each.author == CUSTOMER, each.flow or "", each.response or "") for each in lines]
        troubles = [Trouble(each.id, trouble_of(each.name, each.detail)) for each in counted.get(place, ())]
        where = {"conversation_id": place, "channel": lines[0].channel, "language": language(lines[0])}
        for each in measured(told, troubles, first):
            if each.id in message_ids:
                why = each.not_understood
                yield row(
                    shop,
                    FALLBACK,
                    each.id,
                    each.id,
                    each.at,
                    value=int(bool(why)),
                    topic=each.flow,
                    detail=why,
                    **where,
                )
                if each.text:
                    is_misread, of = int(bool(each.troubles)), {"topic": each.text_flow, "detail": each.text}
                    yield row(shop, TEXT_MISREAD, each.id, each.id, each.at, value=is_misread, **of, **where)


MEASURER = Measurer((FALLBACK, TEXT_MISREAD), _changed, _measure)
