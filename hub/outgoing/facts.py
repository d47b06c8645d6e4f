"""Tells the store what happened here: facts, found in the rows that changed, so that no turn writes anything for them.

They hold ids and states, never words, phones or e-mails. What is read twice is told once, by its key.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from core.ids import micros, new_id
from core.messages.inbound import Receipt, ReceiptStatus, decode_event
from core.shop.return_tracks import of_record
from core.shop.shop_actions import PREFIX
from hub.hub import Hub
from storage.outgoing import news, rows
from storage.queues import timers
from storage.shop.returns import record_of

TIMER = "facts"
LAG = timedelta(seconds=15)  # what is committed later than that after its own time would be missed
LONGEST = timedelta(minutes=10)  # of what is read at once: after an outage there is much to tell


class Fact(NamedTuple):
    """Holds one fact. `once`: what makes it one."""

    once: str
    type: str
    subject: str
    at: datetime
    data: dict[str, Any]
    order_number: str | None = None


def tell(hub: Hub, now: datetime) -> bool:
    """Writes what there is to tell since the last time; tells whether there is more. Without a listener nothing is."""
    with hub.store.read() as conn:
        since = timers.done_until(conn, TIMER, "") or now - LAG
        until = min(now - LAG, since + LONGEST)
        if hub.outlets.listener is None or until <= since:
            found, until = [], max(since, now - LAG) if hub.outlets.listener is None else since
        else:
            waiting = news.unhandled_receipt(conn)
            until = max(since, min(until, waiting or until))
            found = [fact for source in SOURCES for fact in source(hub, conn, since, until)]
    with hub.store.write() as conn:
        rows.add(conn, hub.store, [_row(fact, now) for fact in found])
        timers.mark_done(conn, TIMER, "", until)
    if found:
        hub.waker.outgoing()
    return until < now - LAG and until > since


def _row(fact: Fact, now: datetime) -> dict[str, Any]:
    more = {"created_at": fact.at, "order_number": fact.order_number}
    return rows.row(new_id(now), fact.once[:255], rows.FACT, PREFIX + fact.type, fact.subject, fact.data, now, **more)


def _cases(hub: Hub, conn: Connection, since: datetime, until: datetime) -> Iterator[Fact]:
    del hub
    for what, (read, state) in _CASES.items():
        for row in read(conn, since, until):
            told = {"number": row.number, "state": state, "reason": row.reason, "priority": row.priority}
            if what == "merged":
                told["into"] = row.kept
            case = {**told, "team": row.team or None, "tags": msgspec.json.decode(row.tags)}
            data = {"case": case, "customer_id": row.customer, "channel": row.channel, "order_number": row.order_number}
            once = f"case.{what}:{row.id}:{micros(row.moment)}"
            yield Fact(once, f"case.{what}", f"case/{row.number}", row.moment, data, row.order_number)


def _notices(hub: Hub, conn: Connection, since: datetime, until: datetime) -> Iterator[Fact]:
    del hub
    for row in news.decided_notices(conn, since, until):
        told = {
            "id": row.id,
            "kind": row.kind,
            "state": row.state,
            "reason": row.reason or None,
            "channel": row.channel,
        }
        data = {"notice": told, "customer_id": row.customer, "order_number": row.order_number}
        once = f"notice.{row.state}:{row.id}"
        yield Fact(once, f"notice.{row.state}", f"notice/{row.id}", row.decided_at, data, row.order_number)


def _returns(hub: Hub, conn: Connection, since: datetime, until: datetime) -> Iterator[Fact]:
    del hub
    for row in news.asked_returns(conn, since, until):
        lines = [_line(line) for line in msgspec.json.decode(row.lines)]
        told = {"id": row.reference, "state": row.state, **_tracks(row), "resolution": row.resolution, "lines": lines}
        data = {"return": told, "customer_id": row.customer, "order_number": row.order_number}
        subject = f"return/{row.reference}"
        yield Fact(f"return.requested:{row.id}", "return.requested", subject, row.created_at, data, row.order_number)


def _tracks(row: Any) -> dict[str, str]:
    """Writes the three tracks of a return."""
    tracks = of_record(record_of(row.told, row.reference, row.order_number, row.state, "", "[]", row.created_at))
    return {"approval": tracks.approval, "logistics": tracks.logistics, "settlement": tracks.settlement}


def _ratings(hub: Hub, conn: Connection, since: datetime, until: datetime) -> Iterator[Fact]:
    del hub
    for row in news.given_ratings(conn, since, until):
        told = {"kind": row.kind, "score": row.score, "case": row.number}
        data = {"rating": told, "customer_id": row.customer}
        yield Fact(f"rating.given:{row.id}", "rating.given", f"case/{row.number}", row.given_at, data)


def _line(line: dict[str, Any]) -> dict[str, Any]:
    told = {"quantity": 1, **line}
    return {name: told[name] for name in _LINE if told.get(name)}


def _consents(hub: Hub, conn: Connection, since: datetime, until: datetime) -> Iterator[Fact]:
    found = list(news.changed_consents(conn, since, until))
    whose = news.owners(conn, {(row.channel, row.subject) for row in found}, hub.channels) if found else {}
    for row in found:
        customer = whose.get((row.channel, row.subject))
        if customer is None:  # only its address would say whose it is
            continue
        told = {"channel": row.channel, "purpose": row.purpose, "granted": row.granted, "source": row.source}
        data = {"consent": told, "customer_id": customer}
        yield Fact(f"consent.changed:{row.id}", "consent.changed", f"customer/{customer}", row.at, data)


def _messages(hub: Hub, conn: Connection, since: datetime, until: datetime) -> Iterator[Fact]:
    del hub
    heard = [decode_event(payload) for payload in news.receipts(conn, since, until)]
    about = [each for each in heard if isinstance(each, Receipt) and each.status in _TELLING]
    ours = [each.correlation for each in about if each.correlation]
    theirs = [each.provider_id for each in about if each.provider_id]
    ids = news.messages_of(conn, ours, theirs)
    ids |= news.failed_messages(conn, since, until)
    for row in news.messages(conn, sorted(ids)) if ids else ():
        state = "failed" if row.state == "failed" else "delivered" if 0 < row.calls == row.arrived else ""
        if state:
            told = {"id": row.id, "channel": row.channel, "by": row.speaker, "state": state, "code": row.code}
            at = (row.finished_at if state == "failed" else row.status_at) or until
            data = {"message": told, "customer_id": row.customer}
            yield Fact(f"message.{state}:{row.id}", f"message.{state}", f"message/{row.id}", at, data)


_CASES = {
    "opened": (news.opened_cases, "open"),
    "claimed": (news.claimed_cases, "claimed"),
    "resolved": (news.resolved_cases, "resolved"),
    "merged": (news.merged_cases, "merged"),
}
_LINE = ("line_id", "quantity", "reason", "condition", "exchange_for")
_TELLING = (ReceiptStatus.DELIVERED, ReceiptStatus.READ, ReceiptStatus.FAILED)
SOURCES: Sequence[Callable[[Hub, Connection, datetime, datetime], Iterator[Fact]]] = (
    _cases,
    _notices,
    _returns,
    _ratings,
    _consents,
    _messages,
)
