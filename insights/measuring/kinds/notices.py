"""Measures notices: what was sent and how long after its event, what receipts and customers said to it, and why others
were not sent. The topic is the kind, the detail why it was skipped or failed."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from insights.measuring.measurer import Measurer, Row, Shop, language, milliseconds, row
from storage.insight.sources import sendings

SENT, DELIVERED, READ = "notice_sent", "notice_delivered", "notice_read"
REPLY, OPT_OUT = "notice_reply", "notice_opt_out"
SKIPPED, FAILED = "notice_skipped", "notice_failed"
SOON = timedelta(hours=24)
AGAIN = (timedelta(hours=1), SOON, timedelta(days=7))  # what names no message may still be told then
_NOT_SENT = {"skipped": SKIPPED, "failed": FAILED}
_ARRIVED = ("delivered", "read")


def _changed(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Names the notices that were decided, of which receipts came, or in whose conversation the customer wrote."""
    found = sendings.decided(conn, since, until) | sendings.with_receipts(conn, since, until)
    found |= sendings.answered(conn, since, until, SOON)
    return found.union(*(sendings.decided(conn, since - ago, until - ago) for ago in AGAIN))


def _measure(conn: Connection, notice_ids: Collection[str], shop: Shop, _now: datetime) -> Iterator[Row]:
    found = sendings.of(conn, notice_ids)
    ids = [each.message_id for each in found if each.message_id]
    statuses = sendings.statuses(conn, ids)
    replies, opt_outs = sendings.replies(conn, ids, SOON), sendings.opt_outs(conn, ids, SOON)
    for each in found:
        where = {"conversation_id": each.conversation_id or "", "channel": each.channel or "", "topic": each.kind}
        where |= {"language": language(each)}
        own = each.id, each.id, each.decided_at
        if metric := _NOT_SENT.get(each.state):
            yield row(shop, metric, *own, detail=each.reason, **where)
            continue
        took = milliseconds(max(each.decided_at - each.created_at, timedelta()))
        yield row(shop, SENT, *own, value=took, **where)
        told = statuses.get(each.message_id, ())
        if shop.tells_delivery(each.channel or ""):
            yield row(shop, DELIVERED, *own, value=int(bool(told) and all(one in _ARRIVED for one in told)), **where)
        if shop.tells_reading(each.channel or ""):
            yield row(shop, READ, *own, value=int("read" in told), **where)
        for metric, those in ((REPLY, replies), (OPT_OUT, opt_outs)):
            if each.message_id in those:
                yield row(shop, metric, *own, **where)


MEASURER = Measurer((SENT, DELIVERED, READ, REPLY, OPT_OUT, SKIPPED, FAILED), _changed, _measure)
