"""Tells many customers the last moment to order for a holiday, by an operator or by reminders; nobody twice."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.shop.orders import Order, StreetAddress
from hub.hub import Hub
from hub.notices.lifecycle import register_all
from hub.notices.planning import News
from hub.notices.recipients import recipients
from notifications import Planned, Reader, Recipient, Send, Skip, plan_last_moments
from notifications.campaigns.last_moments import KIND, cutoff_key
from notifications.campaigns.reminders import may_be_due
from notifications.campaigns.tally import Tally
from storage.notices import notices
from storage.people import customers
from storage.people.customers import Customer
from storage.shop import orders

GROUP = 200


def planned_now(hub: Hub) -> tuple[list[Planned], dict[str, Any]]:
    """Plans what each customer would get now, and why others get nothing; returns it with its sums."""
    now = hub.now()
    tally, planned = Tally(hub.notices, now), []
    with hub.store.read() as conn:
        for readers in _groups(hub, conn, now):
            told = notices.known_keys(conn, _keys(hub, readers, ["now"]))
            planned += plan_last_moments(readers, hub.notices, now, told=told)
    tally.add(each.case for each in planned)
    return planned, {"customers": len(planned), **tally.told()}


def send(hub: Hub, planned: Sequence[Planned], progress: Callable[[int], None]) -> int:
    """Registers what was planned; returns how many were new. A second run sends nothing twice."""
    going = [each for each in planned if isinstance(each.decision, Send)]
    fresh = 0
    for start in range(0, len(going), GROUP):
        group = going[start : start + GROUP]
        fresh += _register(hub, group, hub.now())
        progress(len(group))
    return fresh


def remind(hub: Hub, now: datetime) -> int:
    """Registers the reminders that fall on today (`remind_days_before`); returns how many were new.

    What falls into quiet hours is registered too, and held. A customer who was passed over, by a crash or because
    nothing was allowed yet, is looked at again an hour later: a reminder may come a day late.
    """
    if not may_be_due(hub.notices.cutoffs, now):
        return 0
    days = sorted({str(days) for holiday in hub.notices.cutoffs.holidays for days in holiday.remind_days_before})
    fresh = 0
    with hub.store.read() as conn:
        for readers in _groups(hub, conn, now):
            told = notices.known_keys(conn, _keys(hub, readers, days))
            planned = plan_last_moments(readers, hub.notices, now, scheduled=True, told=told)
            fresh += _register(hub, [each for each in planned if not isinstance(each.decision, Skip)], now)
    return fresh


def _register(hub: Hub, planned: Sequence[Planned], now: datetime) -> int:
    news = [News(each.notice, each.customer_id) for each in planned if each.notice]
    if not news:
        return 0
    with hub.store.write() as conn:
        fresh = len(register_all(hub, conn, news, now))
    hub.waker.outbox()
    return fresh


def _keys(hub: Hub, readers: Iterable[Reader], when: Sequence[str]) -> list[str]:
    """Returns the business keys under which these readers may have got the notice before."""
    told = [(holiday.id, each) for holiday in hub.notices.cutoffs.holidays for each in when]
    return [cutoff_key(holiday, reader.customer_id, each) for reader in readers for holiday, each in told]


def _groups(hub: Hub, conn: Connection, now: datetime) -> Iterator[list[Reader]]:
    """Reads every customer, in groups, with the place that their last order went to."""
    last = ""
    while people := customers.after(conn, last, GROUP):
        last = people[-1].id
        newest = orders.newest_of(conn, [customer.id for customer in people])
        wanted = [(customer, newest.get(customer.id)) for customer in people]
        reached = recipients(hub, conn, wanted, now, [KIND])
        yield [_reader(*each, recipient) for each, (recipient, _) in zip(wanted, reached, strict=True)]


def _reader(customer: Customer, order: Order | None, recipient: Recipient) -> Reader:
    where = order.shipping if order else StreetAddress()
    return Reader(customer.id, recipient, where.country, where.region)
