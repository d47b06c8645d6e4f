"""Closes what customers were promised, by what the store's events tell."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from core.shop.promises import Matter, Promise, Verdict, stands, verdict
from core.shop.returns import OVER
from core.shop.store_events import RefundEvent, ReturnEvent, StoreEvent
from hub.orders.group import Group
from notifications.promises import News, order_news, refund_news, return_news
from storage.promises import ledger


def keep_promises(conn: Connection, group: Group, events: Sequence[StoreEvent], now: datetime) -> None:
    """Writes which promises about these orders are kept, or have no sense any more; asks nothing where none can be."""
    news: dict[str, list[News]] = {}
    for number, each in _news(group, events):
        news.setdefault(number, []).append(each)
    closed: dict[str, Verdict] = {}
    for number, promises in ledger.of_orders(conn, news.keys()).items():
        for promise in promises:
            decided = _decided(promise, news[number], now)
            if decided is not None:
                closed[promise.id] = decided
    ledger.close(conn, closed)


def _news(group: Group, events: Sequence[StoreEvent]) -> Iterator[tuple[str, News]]:
    for before, after, at, event in group.changed():
        yield from ((after.number, each) for each in order_news(before, after, at, event))
    for told in events:
        if isinstance(told, RefundEvent):
            yield told.refund.order_number, refund_news(told.refund)
        elif isinstance(told, ReturnEvent) and told.returned.state in OVER:
            yield told.returned.order_number, return_news(told.returned, told.at)


def _decided(promise: Promise, news: Sequence[News], now: datetime) -> Verdict | None:
    """Returns the verdict on a promise where the news change it."""
    told = promise.promised
    concern = [each.verdict for each in news if each.purpose is told.purpose and _is_about(promise, each)]
    if not concern or told.matter is Matter.REFUND:
        return None
    known = Verdict(promise.closed_at, promise.state, promise.closed_by) if promise.closed_at else None
    joined = stands(known, verdict(told.due, concern, now, told.matter))
    return joined if joined != known else None


def _is_about(promise: Promise, news: News) -> bool:
    """Tells whether news are of what was promised; of an order's money there is one pot, whatever came back."""
    told = promise.promised
    return news.matter_id == told.matter_id or (told.matter is Matter.RETURN and not news.matter_id)
