"""Reads messages with all that belongs to each: files, receipts, reasons, costs, promises, what was made of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from core.desk.glances import QuoteGlance
from core.messages.quotes import glance
from core.shop.promises import Promise
from storage.advice import rows as advice
from storage.advice.rows import Asked
from storage.conversations import flow_events, history, quotes, sendings, timeline
from storage.conversations.flow_events import Event
from storage.conversations.history import Said
from storage.conversations.sendings import Sending
from storage.costs import rows as costs
from storage.costs.rows import Cost
from storage.desk import agents
from storage.notices import notices
from storage.notices.notices import NoticeRow
from storage.promises import ledger


class Line(NamedTuple):
    """Holds a message or note. `agent`: who wrote it, by name; `answers`: the id of the line that it points at;
    `events`: what flows made of the turn that it ended; `asked`: what a language model was asked about it."""

    said: Said
    agent: str = ""
    answers: str = ""
    quote: QuoteGlance | None = None
    files: Sequence[Mapping[str, Any]] = ()
    sending: Sending | None = None
    notice: NoticeRow | None = None
    costs: Sequence[Cost] = ()
    promises: Sequence[Promise] = ()
    events: Sequence[Event] = ()
    asked: Sequence[Asked] = ()


def lines(conn: Connection, conversation_id: str, said: Sequence[Said]) -> list[Line]:
    """Reads what belongs to these messages of a conversation."""
    ids, names = [each.id for each in said], {each.reply_to for each in said if each.reply_to}
    answered = quotes.lines(conn, conversation_id, names)
    pointed = quotes.pointed_at(conn, conversation_id, names)
    sent, attached = sendings.of_messages(conn, ids), history.files_of(conn, ids)
    noticed = {each.id: each for each in notices.by_ids(conn, [each.notice_id for each in said if each.notice_id])}
    known = agents.all_of(conn) if any(each.author for each in said) else {}
    charged, promised = _charged(conn, sent), _promised(conn, ids)
    events, asked = _heard(conn, conversation_id, said, sent)
    return [
        Line(
            each,
            agent=known[each.author].name if each.author in known else each.author,
            answers=answered.get(each.reply_to or "", ""),
            quote=glance(pointed.get(each.reply_to or ""), each.quoted) if each.reply_to or each.quoted else None,
            files=attached.get(each.id, ()),
            sending=sent.get(each.id),
            notice=noticed.get(each.notice_id or ""),
            costs=charged.get(each.id, ()),
            promises=promised.get(each.id, ()),
            events=events.get(each.id, ()),
            asked=asked.get(each.id, ()),
        )
        for each in said
    ]


def _charged(conn: Connection, sent: Mapping[str, Sending]) -> dict[str, list[Cost]]:
    of_part = {part.id: id_ for id_, each in sent.items() for part in each.parts}
    found: dict[str, list[Cost]] = {}
    for cost in costs.of_messages(conn, list(sent)):
        found.setdefault(of_part.get(cost.part_id, ""), []).append(cost)
    return found


def _promised(conn: Connection, ids: Sequence[str]) -> dict[str, list[Promise]]:
    found: dict[str, list[Promise]] = {}
    for promise in ledger.about(conn, messages=ids, limit=len(ids) * 10) if ids else ():
        found.setdefault(promise.message_id, []).append(promise)
    return found


def _heard(
    conn: Connection, conversation_id: str, said: Sequence[Said], sent: Mapping[str, Sending]
) -> tuple[dict[str, list[Event]], dict[str, list[Asked]]]:
    """Finds what was made of messages, by the last one of each turn: all of a turn has the turn's moment."""
    last = {each.at: each.id for each in said if each.by == timeline.CUSTOMER}
    events = flow_events.of_turns(conn, conversation_id, last)
    causes = {each.cause_id: last[each.created_at] for each in sent.values() if each.created_at in last}
    asked: dict[str, list[Asked]] = {}
    for each in advice.about(conn, _filled(causes)):
        asked.setdefault(causes[each.inbox_id], []).append(each)
    return {last[at]: found for at, found in events.items()}, asked


def _filled(ids: Iterable[str | None]) -> list[str]:
    return [id_ for id_ in ids if id_]
