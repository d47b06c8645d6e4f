"""Puts a notice on its way: what is kept of a decision, the message into the outbox, the next way after silence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from hub import metrics
from hub.customers import newcomers
from hub.delivery.postings import posting
from hub.hub import Hub
from hub.notices.planning import News, Planned, plan_all
from notifications.notice import Notice, decode_notice
from notifications.planning.decisions import Hold, Reason, Send, Skip
from storage.conversations import conversations, timeline
from storage.engine.batch import Batch
from storage.notices import notices
from storage.notices.notices import Decided, NoticeRow
from storage.people.tables import messages as messages_table
from storage.queues.tables import outbox as outbox_table


def news_of(row: NoticeRow) -> News:
    """Reads a registered notice, to be planned again."""
    return News(decode_notice(row.data), row.customer_id, row.tried, row.failures)


def decided(hub: Hub, news: News, planned: Planned, now: datetime) -> Decided:
    """Returns the decision as it is kept. A notice that was sent, failed, and finds no further way has failed: what
    became of the ways taken is told with those refused."""
    decision = planned.decision
    refusals = [(r.address.channel, r.reason.value) for r in decision.refusals]
    assumed = [(each.what.value, each.value) for each in decision.assumed]
    match decision:
        case Send(ways=ways):
            deadline = _deadline(hub, news, decision, now)
            channel = ways[0].address.channel
            return Decided(notices.QUEUED, channel=channel, refusals=refusals, assumed=assumed, deadline_at=deadline)
        case Hold(until=until, reason=reason):
            return Decided(notices.HELD, reason.value, None, until, refusals, assumed)
        case Skip(reason=reason):
            if not news.tried:
                return Decided(notices.SKIPPED, reason.value, refusals=refusals, assumed=assumed)
            wayless = reason is Reason.NO_ADDRESS or reason in {each.reason for each in decision.refusals}
            code = Reason.NO_ROUTE if wayless else reason
            return Decided(notices.FAILED, code.value, refusals=[*refusals, *news.failures], assumed=assumed)


def _deadline(hub: Hub, news: News, decision: Send, now: datetime) -> datetime | None:
    """Tells until when the first way may stay without a receipt; None where no other channel could follow in time."""
    kind = hub.notices.kinds[news.notice.kind]
    others = {way.address.channel for way in decision.ways} - {decision.ways[0].address.channel}
    if kind.deadline is None or not others or news.tried:
        return None
    until = now + kind.deadline
    return until if until < news.notice.expires_at else None


def enqueue(
    hub: Hub, conn: Connection, going: Sequence[tuple[str, Notice, Planned, datetime | None]], now: datetime
) -> None:
    """Puts those of the notices (id, notice, plan, deadline) that are to be sent now into the outbox. A message is of
    use until its way's deadline, else until the notice expires; providers are told so too, where they can be."""
    ways = []
    for id_, notice, planned, deadline in going:
        decision = planned.decision
        metrics.notices.labels(notice.kind, type(decision).__name__.lower()).inc()
        if isinstance(decision, Send):
            ways.append((id_, deadline or notice.expires_at, decision.ways[0], planned.opened))
    fresh = [way.address for _, _, way, opened in ways if way.address.key not in opened]
    if fresh:
        newcomers.ensure(conn, hub.store, [(address, "") for address in fresh], now)
    made = conversations.by_keys(conn, [address.key for address in fresh])
    batch = Batch()
    for id_, expires_at, way, opened in ways:
        where = opened.get(way.address.key) or made[way.address.key]
        more = {"expires_at": expires_at, "notification_id": id_}
        posted = posting(where, way.message, timeline.NOTICE, now, **more)
        batch.insert(outbox_table, posted.row)
        if posted.line:
            batch.insert(messages_table, posted.line)
    batch.apply(conn, hub.store)


def next_after_silence(
    hub: Hub, conn: Connection, rows: Sequence[tuple[NoticeRow, Sequence[str]]], now: datetime
) -> set[str]:
    """Lets the next way follow for each of `rows`, with the addresses that were silent; returns the ids of those that
    have one. The others stay as they are: what was sent may still arrive."""
    news = [replace(news_of(row), tried=(*row.tried, *silent)) for row, silent in rows]
    planned = plan_all(hub, conn, news, now)
    both = list(zip(rows, news, planned, strict=True))
    going = [(row, each, plan) for (row, _), each, plan in both if isinstance(plan.decision, Send)]
    for row, each, plan in going:
        silence = Decided(row.state, Reason.NO_RECEIPT.value, row.channel).entry(now)
        told = msgspec.structs.replace(row, trace=[*row.trace, silence])
        notices.record(conn, told, decided(hub, each, plan, now), now, tried=each.tried)
    enqueue(hub, conn, [(row.id, each.notice, plan, None) for row, each, plan in going], now)
    return {row.id for row, _, _ in going}
