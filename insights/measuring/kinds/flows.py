"""Measures flows: which of their questions were left unanswered, how many began, and how they ended.

The topic is the flow; the detail of a question its step, that of an end or a handoff how, or why.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.ids import EPOCH
from insights.measuring.measurer import Measurer, Row, Shop, language, row
from insights.measuring.passages import (
    ANSWERED,
    ASKED,
    ENDINGS,
    HANDED_OFF,
    OF_THE_ENGINE,
    PATIENCE,
    STARTED,
    Event,
    asked,
)
from storage.insight.sources import talks

QUESTION_LEFT, FLOW_STARTED, FLOW_ENDED, HANDOFF = "question_left", "flow_started", "flow_ended", "handoff"
COUNTED = (ASKED, ANSWERED, STARTED, *ENDINGS, HANDED_OFF)


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the conversations in which flows went on, or a question was asked so long ago that it is left."""
    left = talks.counted_in(conn, (ASKED,), since - PATIENCE, until - PATIENCE)
    return left | talks.counted_in(conn, COUNTED, since, until)


def _measure(conn: Connection, conversation_ids: Collection[str], shop: Shop, now: datetime) -> Iterator[Row]:
    places = talks.places(conn, conversation_ids)
    for place, rows in talks.events(conn, places, COUNTED, EPOCH, now).items():
        events = [Event(each.id, each.at, each.name, each.flow, each.step, each.detail) for each in rows]
        for metric, event, value, detail in _counted(events, now):
            where = {"conversation_id": place, "channel": places[place].channel, "language": language(places[place])}
            of: dict[str, Any] = {"value": value, "topic": event.flow, "detail": detail}
            yield row(shop, metric, event.id, place, event.at, **of, **where)


def _counted(events: list[Event], now: datetime) -> Iterator[tuple[str, Any, int, str]]:
    for question in asked(events, now):
        yield QUESTION_LEFT, question, int(not question.is_answered), question.step
    for event in events:
        if event.name == HANDED_OFF:
            yield HANDOFF, event, 1, event.detail
        elif event.name in ENDINGS and not event.flow.startswith(OF_THE_ENGINE):
            yield FLOW_ENDED, event, 1, ENDINGS[event.name]
        elif event.name == STARTED and not event.flow.startswith(OF_THE_ENGINE):
            yield FLOW_STARTED, event, 1, ""


MEASURER = Measurer((QUESTION_LEFT, FLOW_STARTED, FLOW_ENDED, HANDOFF), _changed, _measure)
