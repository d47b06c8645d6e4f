"""Moves a notice along: plans it, puts it into the outbox, checks it again before it leaves, tries the next channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.encoding import encode
from core.ids import new_id
from core.messages.outbound import OutboundMessage, promises_of
from core.shop.orders import Order
from hub.hub import Hub
from hub.notices.planning import News, Planned, of_channel, plan_all
from hub.notices.ways import decided, enqueue, news_of, next_after_silence
from notifications.notice import Notice, decode_notice
from notifications.planning.decisions import Decision, Hold, Reason, Send, Skip
from notifications.together import superseded, told_once
from storage.notices import deadlines, notices
from storage.notices.notices import Decided, NewNotice, NoticeRow
from storage.people.customers import Customer
from storage.promises import ledger
from storage.queues.outbox import Posting

HELD_AGAIN = "held_again"
_NOT_TRIED = frozenset((HELD_AGAIN, *(reason.value for reason in Reason)))
GROUP = 50  # held notices that are released in one transaction


def register(hub: Hub, conn: Connection, notice: Notice, customer_id: str, now: datetime) -> str | None:
    """Registers and schedules a notice, at once, as an operator wants it; its id, or None when it was registered."""
    return next(iter(register_all(hub, conn, [News(notice, customer_id)], now, rests=False)), None)


def register_all(
    hub: Hub,
    conn: Connection,
    news: Sequence[News],
    now: datetime,
    known: Mapping[str, Order] | None = None,
    *,
    rests: bool = True,
) -> list[str]:
    """Registers notices and does what the plan says of each; returns the ids of those that are new.

    News that may still change rest first (`settle`, where `rests`), and are planned when `release` finds them.
    `known`: orders that were just read, by their number.
    """
    kinds = hub.notices.kinds
    resting = [each for each in news if rests and kinds[each.notice.kind].settle]
    telling = [each for each in news if not (rests and kinds[each.notice.kind].settle)]
    once = told_once([each.notice for each in telling])
    telling = [replace(each, notice=notice) for each, notice in zip(telling, once, strict=True)]
    rested = [(_row(hub, each, None, now), _resting(hub, each.notice, now)) for each in resting]
    new = notices.add(conn, hub.store, rested, now)
    told = register_planned(hub, conn, telling, plan_all(hub, conn, telling, now, known), now)
    return [*(id_ for id_ in told if id_), *(row.id for row, _ in rested if row.id in new)]


def register_planned(
    hub: Hub, conn: Connection, news: Sequence[News], planned: Sequence[Planned], now: datetime
) -> list[str | None]:
    """Registers notices and does what was planned of each; returns their ids, None for one that was there before.

    The plan may have been made before the transaction began: it is made again before each message leaves.
    """
    rows = [_row(hub, each, plan.customer, now) for each, plan in zip(news, planned, strict=True)]
    kept = [(row, decided(hub, each, plan, now)) for row, each, plan in zip(rows, news, planned, strict=True)]
    new = notices.add(conn, hub.store, kept, now)
    going = [
        (row.id, each.notice, plan, made.deadline_at)
        for (row, made), each, plan in zip(kept, news, planned, strict=True)
        if row.id in new
    ]
    enqueue(hub, conn, going, now)
    return [row.id if row.id in new else None for row in rows]


def _resting(hub: Hub, notice: Notice, now: datetime) -> Decided:
    until = now + hub.notices.kinds[notice.kind].settle
    return Decided(notices.HELD, Reason.SETTLING.value, not_before=until)


def messages_now(
    hub: Hub, conn: Connection, postings: Sequence[Posting], now: datetime
) -> dict[str, OutboundMessage | str]:
    """Returns the messages of notices as they are right at this moment, by the posting's id; or the code of the reason
    why one must not leave."""
    rows = {row.id: row for row in notices.by_ids(conn, {posting.notice_id or "" for posting in postings})}
    arrived = _arrived(conn, rows.values())
    planned = plan_all(hub, conn, [news_of(row) for row in rows.values()], now)
    decisions = {id_: plan.decision for id_, plan in zip(rows, planned, strict=True)}
    return {
        posting.id: Reason.ARRIVED_AFTER_ALL.value
        if posting.notice_id in arrived
        else _message(posting, decisions.get(posting.notice_id or ""))
        for posting in postings
    }


def _message(posting: Posting, decision: Decision | None) -> OutboundMessage | str:
    match decision:
        case None:
            return Reason.NOT_TRUE.value
        case Send(ways=ways):
            fitting = [way for way in ways if way.address.key == posting.key]
            return fitting[0].message if fitting else Reason.NO_ROUTE.value
        case Hold():
            return HELD_AGAIN
        case Skip(reason=reason):
            return reason.value


def sent(hub: Hub, conn: Connection, postings: Sequence[Posting], now: datetime) -> None:
    """Records that providers took notices, and books the dates that they told; by a way that was given up it is only
    noted."""
    by_notice = {posting.notice_id: posting for posting in postings if posting.notice_id}
    if not by_notice:
        return
    rows = notices.by_ids(conn, by_notice, lock=True)
    taken = [(row, by_notice[row.id], Decided(notices.SENT, channel=by_notice[row.id].channel)) for row in rows]
    notices.record_all(conn, [(row, told) for row, way, told in taken if way.key not in row.tried], now)
    for row, way, told in taken:
        if way.key in row.tried:
            notices.note(conn, row, told, now)
    dates = [(row, way, each) for row, way, _ in taken for each in promises_of(way.payload)]
    ledger.book(conn, hub.store, [(each, row.customer_id, way.id, row.id) for row, way, each in dates], now)


def failed(hub: Hub, conn: Connection, posting: Posting, code: str, now: datetime) -> None:
    """Takes the next way after a failure at this address, or ends the notice with the reason.

    What our own checks let not leave has not failed there: the plan made anew says what becomes of it.
    """
    row = notices.by_id(conn, posting.notice_id or "", lock=True)
    if row is None or row.state not in (notices.QUEUED, notices.SENT):
        return
    if posting.key in row.tried:  # another way took its place
        notices.note(conn, row, Decided(notices.FAILED, code, posting.channel), now)
        return
    if code == Reason.ARRIVED_AFTER_ALL:
        before = next((way.channel for way in deadlines.taken(conn, [row.id]) if way.arrived), row.channel)
        notices.record(conn, row, Decided(notices.SENT, code, before), now)
        return
    if code == Reason.EXPIRED and now < decode_notice(row.data).expires_at:
        _too_late_for_the_deadline(hub, conn, row, posting, now)
        return
    tried = row.tried if code in _NOT_TRIED else (*row.tried, posting.key)
    notices.record(conn, row, Decided(notices.HELD, code, posting.channel), now, tried=tried)
    again = notices.by_id(conn, row.id)
    if again and code != "ambiguous":
        _schedule(hub, conn, [again], now)
    elif again:
        notices.record(conn, again, Decided(notices.FAILED, code, posting.channel), now)


def _too_late_for_the_deadline(hub: Hub, conn: Connection, row: NoticeRow, posting: Posting, now: datetime) -> None:
    """Takes the next way for a message that could not leave by its deadline; the same again where there is no other."""
    if next_after_silence(hub, conn, [(row, (posting.key, of_channel(posting.channel)))], now):
        return
    deadlines.end(conn, [row.id])
    (planned,) = plan_all(hub, conn, [news_of(row)], now)
    enqueue(hub, conn, [(row.id, decode_notice(row.data), planned, None)], now)
    if not isinstance(planned.decision, Send):
        notices.record(conn, row, decided(hub, news_of(row), planned, now), now)


def _arrived(conn: Connection, rows: Iterable[NoticeRow]) -> set[str]:
    """Finds those of these notices that a way which was given up brought to the customer after all."""
    again = [row.id for row in rows if row.tried]
    return {way.notice_id for way in deadlines.taken(conn, again) if way.arrived} if again else set()


def release(hub: Hub) -> int:
    """Plans held notices whose time has come, a group in each transaction; returns how many."""
    now = hub.now()
    with hub.store.read() as conn:
        due = sorted(notices.due(conn, now), key=lambda row: row.order_number or "")
    for start in range(0, len(due), GROUP):
        with hub.store.write() as conn:
            fresh = notices.by_ids(conn, [row.id for row in due[start : start + GROUP]], lock=True)
            _schedule(hub, conn, _rested(hub, conn, [row for row in fresh if row.state == notices.HELD], now), now)
    if due:
        hub.waker.outbox()
    return len(due)


def _schedule(hub: Hub, conn: Connection, rows: Sequence[NoticeRow], now: datetime) -> None:
    """Plans notices that are registered and does what the plan says of each."""
    news = [news_of(row) for row in rows]
    planned = plan_all(hub, conn, news, now)
    kept = [(row, decided(hub, each, plan, now)) for row, each, plan in zip(rows, news, planned, strict=True)]
    notices.record_all(conn, kept, now)
    going = [
        (row.id, each.notice, plan, made.deadline_at)
        for (row, made), each, plan in zip(kept, news, planned, strict=True)
    ]
    enqueue(hub, conn, going, now)


def _rested(hub: Hub, conn: Connection, due: Sequence[NoticeRow], now: datetime) -> list[NoticeRow]:
    """Joins what was resting: of several news of one thing only the newest is left, and what belongs together is told
    once. Returns those that are to be told, as they are now.
    """
    settled = [row for row in due if row.reason == Reason.SETTLING]
    still = notices.settling(conn, {row.order_number for row in settled if row.order_number})
    rows = sorted({row.id: row for row in (*still, *settled)}.values(), key=lambda row: row.id)
    known = [decode_notice(row.data) for row in rows]
    old = superseded(known, hub.notices.kinds)
    left = [row for row in rows if row.business_key not in old]
    merged = {notice.key: notice for notice in told_once([each for each in known if each.key not in old])}
    changed = {row.id: encode(new) for row in left if encode(new := merged[row.business_key]) != row.data}
    notices.rewrite(conn, changed)
    mine = {row.id for row in due}
    gone = [row for row in rows if row.business_key in old and row.id in mine]
    notices.record_all(conn, [(row, Decided(notices.SKIPPED, Reason.SUPERSEDED.value)) for row in gone], now)
    others = [row for row in due if row.reason != Reason.SETTLING]
    fresh = [msgspec.structs.replace(row, data=changed.get(row.id, row.data)) for row in left if row.id in mine]
    return [*others, *fresh]


def _row(hub: Hub, news: News, customer: Customer | None, now: datetime) -> NewNotice:
    notice = news.notice
    return NewNotice(
        id=new_id(now),
        business_key=notice.key,
        kind=notice.kind,
        category=hub.notices.kinds[notice.kind].category,
        customer_id=customer.id if customer else news.customer_id,
        data=encode(notice),
        order_number=notice.order_number or None,
        shipment_id=notice.shipment_id or None,
        expires_at=notice.expires_at,
        campaign_id=notice.campaign or None,
    )
