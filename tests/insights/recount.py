"""Counts again by brute force, out of whole tables and without the code that measures, what bot, notices, promises and
costs add to numbers: {(metric, subject): (day, value, topic, detail)}."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, select

from storage.conversations.tables import flow_events
from storage.costs.tables import costs
from storage.notices.tables import notices
from storage.people.tables import consents, messages
from storage.promises.tables import promises
from storage.queues.tables import outbox, outbox_parts
from storage.shop.tables import orders, shipments
from tests.insights.month import ZONE

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DELIVERS, READS = ("whatsapp", "messenger", "sms"), ("whatsapp", "messenger")
ENDED = {
    "flow_started": ("flow_started", ""),
    "flow_completed": ("flow_ended", "completed"),
    "flow_cancelled": ("flow_ended", "cancelled"),
    "flow_expired": ("flow_ended", "expired"),
}
TROUBLES = ("no_match", "asked_back", "reprompted", "said_again")

Found = dict[tuple[str, str], tuple[date, int, str, str]]
Counted = tuple[str, str, datetime, int, str, str]  # metric, subject, at, value, topic, detail


def recount(conn: Connection, now: datetime) -> Found:
    """Counts everything that has an id of ours again."""
    found: Found = {}
    for metric, subject, at, value, topic, detail in (
        *_bot(conn, now),
        *_flows(conn, now),
        *_notices(conn),
        *_promises(conn, now),
        *_costs(conn),
    ):
        found[metric, subject] = (at.astimezone(ZONE).date(), value, topic, detail)
    return found


def _rows(conn: Connection, table: Table) -> list[Any]:
    return list(conn.execute(select(table).order_by(*table.primary_key.columns)))


def _bot(conn: Connection, now: datetime) -> Iterator[Counted]:
    said = {row.id: row for row in _rows(conn, outbox)}
    counted = _rows(conn, flow_events)
    talks: dict[str, list[Any]] = defaultdict(list)
    for line in _rows(conn, messages):
        is_flows = line.author == "bot" and line.id in said and said[line.id].speaker == "bot"
        if line.author == "customer" or is_flows:
            talks[line.conversation_id].append(line)
    for place, lines in talks.items():
        own = [event for event in counted if event.conversation_id == place]
        for number, line in enumerate(lines):
            after = lines[number + 1 :]
            if line.author == "customer":
                yield from _heard(line, after, own, said)
            elif said[line.id].response:
                yield from _read(said[line.id], line, after, own, now)


def _heard(line: Any, after: Sequence[Any], events: Sequence[Any], said: dict[str, Any]) -> Iterator[Counted]:
    if after and after[0].author == "bot" and after[0].at - line.at < 10 * MINUTE:
        names = {event.name for event in _during(events, line, after)}
        why = "no_match" if "no_match" in names else "asked_back" if "asked_back" in names else ""
        yield "fallback", line.id, line.at, int(bool(why)), said[after[0].id].flow or "", why


def _read(row: Any, line: Any, after: Sequence[Any], events: Sequence[Any], now: datetime) -> Iterator[Counted]:
    theirs = [other for other in after if other.author == "customer"]
    wrote = bool(theirs) and theirs[0].at - line.at < DAY
    if wrote or now - line.at >= DAY:
        bad = wrote and any(
            event.name in TROUBLES or (event.name, event.detail) == ("handed_off", "asked_human")
            for event in _during(events, theirs[0], theirs[1:])
        )
        yield "text_misread", line.id, line.at, int(bad), row.flow or "", row.response


def _during(events: Sequence[Any], line: Any, after: Sequence[Any]) -> list[Any]:
    """Finds what was counted in the turn of what a customer wrote."""
    ends = [line.at + 10 * MINUTE, *(other.at for other in after if other.author == "customer")]
    return [event for event in events if line.at <= event.at < min(ends)]


def _flows(conn: Connection, now: datetime) -> Iterator[Counted]:
    events = _rows(conn, flow_events)
    for number, event in enumerate(events):
        if event.name == "asked":
            value = _left(event, events[number + 1 :], now)
            if value is not None:
                yield "question_left", event.id, event.at, value, event.flow, event.step
        elif event.name == "handed_off":
            yield "handoff", event.id, event.at, 1, event.flow, event.detail
        elif event.name in ENDED and not event.flow.startswith("pattern_"):
            metric, how = ENDED[event.name]
            yield metric, event.id, event.at, 1, event.flow, how


def _left(event: Any, later: Sequence[Any], now: datetime) -> int | None:
    """Tells whether a question was left (1) or answered (0); None where it was asked again, or that is not known."""
    where = event.conversation_id, event.flow, event.step
    same = [each for each in later if (each.conversation_id, each.flow, each.step) == where]
    after = [each for each in same if each.name in ("asked", "answered") and each.at - event.at < DAY]
    if after:
        return 0 if after[0].name == "answered" else None
    return 1 if now - event.at >= DAY else None


def _notices(conn: Connection) -> Iterator[Counted]:
    sent = {row.notification_id: row for row in _rows(conn, outbox) if row.notification_id}  # the last one
    lines = _rows(conn, messages)
    places = {line.id: line for line in lines}
    taken_back = [row for row in _rows(conn, consents) if not row.granted]
    parts = _rows(conn, outbox_parts)
    for notice in _rows(conn, notices):
        if notice.state in ("skipped", "failed"):
            yield f"notice_{notice.state}", notice.id, notice.decided_at, 1, notice.kind, notice.reason
        if notice.state != "sent":
            continue
        own, message = (notice.id, notice.decided_at), sent[notice.id]
        took = (notice.decided_at - notice.created_at) // timedelta(milliseconds=1)
        yield "notice_sent", *own, took, notice.kind, ""
        statuses = [part.status for part in parts if part.outbox_id == message.id and not part.silent]
        if notice.channel in DELIVERS:
            is_there = bool(statuses) and all(status in ("delivered", "read") for status in statuses)
            yield "notice_delivered", *own, int(is_there), notice.kind, ""
        if notice.channel in READS:
            yield "notice_read", *own, int("read" in statuses), notice.kind, ""
        line = places[message.id]
        wrote = [
            other.at
            for other in lines
            if (other.conversation_id, other.author) == (line.conversation_id, "customer") and other.id > line.id
        ]
        if any(line.at < at <= line.at + DAY for at in wrote):
            yield "notice_reply", *own, 1, notice.kind, ""
        left = [row.at for row in taken_back if (row.channel, row.subject) == (message.channel, message.value)]
        if any(message.started_at < at <= message.started_at + DAY for at in left):
            yield "notice_opt_out", *own, 1, notice.kind, ""


def _promises(conn: Connection, now: datetime) -> Iterator[Counted]:
    for each in _rows(conn, promises):
        if each.state in ("kept", "broken") and each.due_at <= now:
            noon = (
                datetime(each.due_on.year, each.due_on.month, each.due_on.day, 12, tzinfo=ZONE) if each.due_on else None
            )
            told_by = each.source.split(":")[-1]
            yield "promise_kept", each.id, noon or each.due_at, int(each.state == "kept"), told_by, each.purpose


def _costs(conn: Connection) -> Iterator[Counted]:
    for each in _rows(conn, costs):
        told = each.id, each.at, each.micros, each.kind or each.flow, each.currency
        yield "cost", *told
        if each.case_id:
            yield "case_cost", *told
        if each.source == "table":
            yield "cost_estimated", *told


def parcels(conn: Connection) -> dict[str, tuple[int, int]]:
    """Counts parcels that left, and the contacts about them, of those told of and of the others."""
    numbers = {"told": [0, 0], "untold": [0, 0]}
    told = [row for row in _rows(conn, notices) if row.state == "sent" and row.shipment_id]
    whose = {row.number: row.customer_id for row in _rows(conn, orders)}
    ways: dict[str, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for row in _rows(conn, shipments):
        parcel = json.loads(row.data)
        if parcel.get("status", "pending") in ("pending", "info_received"):
            continue
        left = min(datetime.fromisoformat(scan["time"]) for scan in parcel["events"] if scan["status"] != "pending")
        came = parcel.get("delivered_at")
        until = datetime.fromisoformat(came) if came else left + 60 * DAY
        own = [each.decided_at for each in told if (each.order_number, each.shipment_id) == (row.order_number, row.id)]
        kind = "told" if any(at <= until for at in own) else "untold"
        numbers[kind][0] += 1
        ways[whose[row.order_number]].append((left, until, kind))
    for customer, at in _asked(conn):
        under_way = [way for way in ways[customer] if way[0] <= at <= way[1]]
        if under_way:
            numbers[max(under_way)[2]][1] += 1
    return {kind: (count, asked) for kind, (count, asked) in numbers.items()}


def _asked(conn: Connection) -> Iterator[tuple[str, datetime]]:
    """Finds when customers wrote after a day of silence, where the first flow to answer was the order's status."""
    flows = {row.id: row.flow for row in _rows(conn, outbox)}
    talks: dict[str, list[Any]] = defaultdict(list)
    for line in _rows(conn, messages):
        if line.author in ("customer", "bot"):
            talks[line.conversation_id].append(line)
    for lines in talks.values():
        theirs = [line.at for line in lines if line.author == "customer"]
        begins = [line for line in lines if line.author == "customer" and _is_first(line.at, theirs)]
        for line, following in zip(begins, [*begins[1:], None], strict=True):
            own = [at for at in theirs if at >= line.at and (following is None or at < following.at)]
            during = [each for each in lines if line.id < each.id and each.at < max(own) + DAY]
            during = [each for each in during if following is None or each.id < following.id]
            answers = [flows[each.id] for each in during if each.author == "bot" and flows.get(each.id)]
            if answers and answers[0] == "order_status":
                yield line.customer_id, line.at


def _is_first(at: datetime, times: Sequence[datetime]) -> bool:
    return not any(timedelta(0) < at - other < DAY for other in times)
