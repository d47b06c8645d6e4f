"""A notice on its way: planned, put into the outbox, checked again before it leaves, moved to the next channel."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.messages import OutboundMessage, encode
from hub import metrics
from hub.delivery.postings import enqueue, posting
from hub.hub import Hub
from hub.notices.recipients import recipient_for
from hub.notices.subjects import subject_now
from notifications.catalogue import KINDS
from notifications.notice import Notice, decode_notice
from notifications.planning.decisions import Decision, Hold, Reason, Send, Skip, Way
from notifications.planning.planner import plan
from storage.notices import notices
from storage.notices.notices import NoticeRow
from storage.people import conversations, customers, timeline
from storage.queues.outbox import Posting
from storage.shop import orders

HELD_AGAIN = "held_again"


def register(hub: Hub, conn: Connection, notice: Notice, customer_id: str, now: datetime) -> str | None:
    """Registers and schedules a notice; its id, or None when this news was registered before."""
    id_ = notices.add(
        conn,
        hub.store,
        notice.key,
        notice.kind,
        KINDS[notice.kind].category,
        customer_id,
        encode(notice),
        now,
        order_number=notice.order_number or None,
        shipment_id=notice.shipment_id or None,
        expires_at=notice.expires_at,
    )
    row = notices.by_id(conn, id_) if id_ else None
    if row:
        schedule(hub, conn, row, now)
    return id_


def schedule(hub: Hub, conn: Connection, row: NoticeRow, now: datetime) -> None:
    """Plans the notice now and does what the plan says."""
    decision = decide(hub, conn, row, now)
    refusals = [(r.address.channel, r.reason.value) for r in decision.refusals]
    assumed = [(each.what.value, each.value) for each in decision.assumed]
    metrics.notices.labels(row.kind, type(decision).__name__.lower()).inc()
    match decision:
        case Send(ways=ways):
            _enqueue(hub, conn, row, ways[0], now)
            where = ways[0].address.channel
            notices.record(conn, row, notices.QUEUED, "", now, channel=where, refusals=refusals, assumed=assumed)
        case Hold(until=until, reason=reason):
            notices.record(
                conn, row, notices.HELD, reason.value, now, not_before=until, refusals=refusals, assumed=assumed
            )
        case Skip(reason=reason):
            state = notices.FAILED if row.tried else notices.SKIPPED
            notices.record(conn, row, state, reason.value, now, refusals=refusals, assumed=assumed)


def decide(hub: Hub, conn: Connection, row: NoticeRow, now: datetime) -> Decision:
    """The planner's word, on everything as it stands now, without addresses that failed for good."""
    customer = customers.by_id(conn, row.customer_id)
    if customer is None:
        return Skip(Reason.NO_ADDRESS)
    order = orders.by_number(conn, row.order_number) if row.order_number else None
    recipient = recipient_for(hub, conn, customer, order)
    decision = plan(decode_notice(row.data), recipient, subject_now(row.kind, customer, order), now, hub.notices)
    if isinstance(decision, Send):
        ways = tuple(way for way in decision.ways if way.address.key not in row.tried)
        if not ways:
            return Skip(Reason.NO_ROUTE, decision.refusals, decision.assumed)
        return msgspec.structs.replace(decision, ways=ways)
    return decision


def message_now(hub: Hub, conn: Connection, posting: Posting, now: datetime) -> OutboundMessage | str:
    """The message in the form that is right at this moment, or the reason why it must not leave (as a code)."""
    row = notices.by_id(conn, posting.notice_id or "")
    if row is None:
        return Reason.NOT_TRUE.value
    decision = decide(hub, conn, row, now)
    match decision:
        case Send(ways=ways):
            fitting = [way for way in ways if way.address.key == posting.key]
            return fitting[0].message if fitting else Reason.NO_ROUTE.value
        case Hold():
            return HELD_AGAIN
        case Skip(reason=reason):
            return reason.value


def sent(conn: Connection, posting: Posting, now: datetime) -> None:
    """The provider took it."""
    row = notices.by_id(conn, posting.notice_id or "")
    if row:
        notices.record(conn, row, notices.SENT, "", now, channel=posting.channel)


def failed(hub: Hub, conn: Connection, posting: Posting, code: str, now: datetime) -> None:
    """This address will not do: the next way, or the end, with the reason."""
    row = notices.by_id(conn, posting.notice_id or "", lock=True)
    if row is None or row.state not in (notices.QUEUED, notices.SENT):
        return
    tried = row.tried if code == HELD_AGAIN else (*row.tried, posting.key)
    notices.record(conn, row, notices.HELD, code, now, channel=posting.channel, tried=tried)
    again = notices.by_id(conn, row.id)
    if again and code != "ambiguous":
        schedule(hub, conn, again, now)
    elif again:
        notices.record(conn, again, notices.FAILED, code, now, channel=posting.channel)


def release(hub: Hub) -> int:
    """Plans held notices whose time has come; returns how many."""
    now = hub.now()
    with hub.store.read() as conn:
        due = notices.due(conn, now)
    for row in due:
        with hub.store.write() as conn:
            fresh = notices.by_id(conn, row.id, lock=True)
            if fresh and fresh.state == notices.HELD:
                schedule(hub, conn, fresh, now)
    if due:
        hub.waker.outbox()
    return len(due)


def _enqueue(hub: Hub, conn: Connection, row: NoticeRow, way: Way, now: datetime) -> None:
    address, message = way.address, way.message
    conversations.ensure(conn, hub.store, [(address, "")], now)
    conversation = conversations.by_keys(conn, [address.key])[address.key]
    more = {"expires_at": decode_notice(row.data).expires_at, "notification_id": row.id}
    enqueue(hub, conn, posting(conversation, message, timeline.NOTICE, now, **more))
