"""Reads what findings are made of from the rows."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from flows.engine.flowset import FlowSet
from flows.engine.model import Flow
from flows.language.responses import Responses
from insights.findings.lanes import late_lanes
from insights.findings.leaving import left_steps
from insights.findings.returned import return_reasons
from insights.metrics.counting import Value, counted
from insights.metrics.spans import DAY, Beside, moments
from insights.questions.misread import texts
from insights.questions.unmatched import Asked, groups, nearest_of
from insights.reports.material import Material, Topic
from storage.insight.counting import Span

CONTACTS, SOLVED, BACK = "contacts", "bot_solved", "came_back"
EXPLAINED = 5  # groups of questions
PARCELS = 14 * DAY  # so long before a report begins parcels were ordered that come, or are late, in it


class Said(NamedTuple):
    """Holds what the bot says and how it goes on, where that is known: what to change is found in it. `nearest` finds
    the request that is nearest to a question; `root` is the folder from which files are named."""

    responses: Responses = Responses({})
    flows: Mapping[str, Flow] = {}
    nearest: Callable[[str], str] = lambda _text: ""
    root: Path | None = None


def said_by(flows: FlowSet, root: Path | None) -> Said:
    """Returns it of the flows in use."""
    return Said(flows.responses, flows.flows, nearest_of(flows.interpreter), root)


def gather(conn: Connection, spans: Beside, zone: ZoneInfo, now: datetime, said: Said) -> Material:
    """Reads all of it about the days of a report."""
    span = spans.now
    since, until = moments(span, zone)
    return Material(
        topics=_topics(conn, spans, zone),
        questions=_questions(conn, since, until, said),
        texts=tuple(texts(conn, span, said.responses, root=said.root)),
        steps=tuple(left_steps(conn, span, said.flows, root=said.root)),
        lanes=tuple(late_lanes(conn, since - PARCELS, until, zone, min(now, until))),
        returned=tuple(return_reasons(conn, since, until)),
    )


def _questions(conn: Connection, since: datetime, until: datetime, said: Said) -> tuple[Asked, ...]:
    """Groups what was not understood; of the largest it is told what of ours is near, which takes its time."""
    found = groups(conn, since, until)
    named = [msgspec.structs.replace(each, nearest=said.nearest(each.example)) for each in found[:EXPLAINED]]
    return (*named, *found[EXPLAINED:])


def _topics(conn: Connection, spans: Beside, zone: ZoneInfo) -> tuple[Topic, ...]:
    now, before = (_unsettled(conn, span, zone) for span in spans)
    found = [
        Topic(topic, contacts, unsettled, round(before[topic][1] / before[topic][0], 4) if topic in before else None)
        for topic, (contacts, unsettled) in now.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.unsettled, each.topic)))


def _unsettled(conn: Connection, span: Span, zone: ZoneInfo) -> dict[str, tuple[int, int]]:
    """Counts by topic the contacts of which the end is known, and those that were not settled for good."""
    found = counted(conn, [CONTACTS, SOLVED, BACK], span, "topic", zone)
    return {
        topic: (values[SOLVED].n, _count(values[SOLVED], ones=False) + _count(values[BACK], ones=True))
        for topic, values in found.items()
        if values[SOLVED].n
    }


def _count(share: Value, *, ones: bool) -> int:
    """Counts the ones of a share, or its zeros."""
    if share.value is None:
        return 0
    return round(share.n * (share.value if ones else 1 - share.value))
