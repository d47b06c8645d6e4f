"""Reads what was said in cases: what customers wrote there, and by which messages people of ours reached them."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, or_, select

from core.ids import first_id
from core.messages.outbound import Speaker
from storage.conversations.timeline import CUSTOMER, ELSEWHERE, IS_MESSAGE
from storage.desk.audit import CASE, MOVE, MOVED_FROM
from storage.desk.tables import audit, cases, desk_messages
from storage.engine.schema import looked_at
from storage.people.tables import messages
from storage.queues.outbox import CANCELLED, FAILED
from storage.queues.tables import outbox

_BY_CUSTOMER = and_(messages.c.author == CUSTOMER, IS_MESSAGE)
_BY_AGENT = and_(outbox.c.speaker == Speaker.AGENT.value, outbox.c.state.not_in([FAILED, CANCELLED]))


class Line(NamedTuple):
    """Holds what the customer wrote, or a person told them; `agent`: who, "" for somebody outside the desk."""

    at: datetime
    id: str
    is_customers: bool
    agent: str = ""


class Place(NamedTuple):
    """Names a conversation in which a case is spoken about, and since when."""

    conversation_id: str
    case_id: str
    since: datetime


def said_in(conn: Connection, case_ids: Collection[str]) -> Mapping[str, list[Line]]:
    """Reads by case what customers wrote since it was opened, and what people told them in it, in order.

    Each message that an agent sent counts once, however it came about: typed, from a form, a template, later, by
    another channel. What did not reach the customer does not, nor does a change of what they were told before.
    """
    there: dict[str, list[Place]] = defaultdict(list)
    for place in _places(conn, list(case_ids)):
        there[place.conversation_id].append(place)
    said: dict[str, list[Line]] = defaultdict(list)
    since = min((place.since for places in there.values() for place in places), default=None)
    for row in conn.execute(_lines({*there, *_answered_in(conn, case_ids)}, since)) if since else ():
        if row.case_id is not None:
            said[row.case_id].append(Line(row.at, row.id, is_customers=False, agent=row.author))
            continue
        for place in there.get(row.conversation_id, ()):
            if row.at >= place.since:
                said[place.case_id].append(Line(row.at, row.id, is_customers=row.author == CUSTOMER))
    return {case_id: sorted(lines) for case_id, lines in said.items()}


def _answered_in(conn: Connection, case_ids: Collection[str]) -> set[str]:
    """Finds the conversations in which agents answered in cases: before a case moved, it was in another."""
    asked = select(messages.c.conversation_id).join(desk_messages, desk_messages.c.outbox_id == messages.c.id)
    return set(conn.scalars(asked.where(desk_messages.c.case_id.in_(list(case_ids))).distinct()))


def _lines(conversation_ids: Collection[str], since: datetime) -> Select[Any]:
    """Asks for the lines of these conversations: what agents said with the case in which they did."""
    asked = select(messages.c.conversation_id, messages.c.at, messages.c.id, messages.c.author, outbox.c.case_id)
    asked = asked.outerjoin(outbox, and_(outbox.c.id == messages.c.id, _BY_AGENT))
    asked = asked.where(messages.c.conversation_id.in_(list(conversation_ids)), messages.c.id >= first_id(since))
    return asked.where(or_(_BY_CUSTOMER, messages.c.author == ELSEWHERE, outbox.c.case_id.is_not(None)))


def _places(conn: Connection, case_ids: Sequence[str]) -> Iterator[Place]:
    """Finds the conversations of cases: where each is, where it was before, and those of cases merged into it."""
    own = select(cases.c.conversation_id, cases.c.id, cases.c.opened_at).where(cases.c.id.in_(case_ids))
    found = [Place(*each) for each in conn.execute(own)]
    yield from found
    opened = {place.case_id: place.since for place in found}
    for case_id, conversation_id in _left(conn, list(opened)):
        yield Place(conversation_id, case_id, opened[case_id])
    theirs = select(cases.c.customer_id).where(cases.c.id.in_(case_ids))
    joined = select(cases.c.conversation_id, cases.c.merged_into, cases.c.resolved_at)
    joined = joined.where(cases.c.customer_id.in_(theirs), cases.c.merged_into.in_(case_ids))
    yield from (Place(*each) for each in conn.execute(joined))


def _left(conn: Connection, case_ids: Sequence[str]) -> set[tuple[str, str]]:
    """Finds the conversations that cases went on from: (case, conversation)."""
    whose = audit.c.object.in_([f"{CASE}{id_}" for id_ in case_ids]), looked_at(audit.c.action) == MOVE
    moved = conn.execute(select(audit.c.object, audit.c.data).where(*whose, audit.c.data.is_not(None)))
    return {(object_.removeprefix(CASE), json.loads(data)[MOVED_FROM]) for object_, data in moved}
