"""Plans a campaign's notice for a group of its recipients: each table is asked once for all of them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.shop.orders import Order, StreetAddress
from hub.hub import Hub
from hub.notices.planning import News, Planned, plan_freely
from notifications.campaigns.preview import KIND as HOLIDAY_CUTOFF
from notifications.campaigns.preview import Reader, cutoff_notice
from notifications.notice import Notice
from notifications.planning.decisions import Reason, Skip
from notifications.planning.recipients import Recipient
from notifications.planning.zones import zone_candidates
from storage.campaigns.campaigns import Campaign
from storage.people import customers
from storage.people.customers import Customer
from storage.shop import orders


def plan_group(
    hub: Hub, conn: Connection, campaign: Campaign, ids: Sequence[str], now: datetime
) -> list[tuple[str, News, Planned]]:
    """Returns the campaign's notice for each of these recipients, and what is to be done with it now.

    Two recipients who turned out to be one customer have the same notice.
    """
    people = customers.by_ids(conn, ids)
    now_is = {id_: people[id_].id if id_ in people else id_ for id_ in ids}
    if campaign.kind == HOLIDAY_CUTOFF:
        made = _cutoffs(hub, conn, list(people.values()), now)
    else:
        made = dict.fromkeys(now_is.values(), _plain(hub, campaign, now))
    news, refused = [], {}
    for id_ in ids:
        found = made.get(now_is[id_], Reason.NO_ADDRESS)
        if isinstance(found, Reason):
            refused[id_] = found
        notice = _plain(hub, campaign, now) if isinstance(found, Reason) else found
        key = key_of(campaign.id, now_is[id_])
        notice = msgspec.structs.replace(notice, key=key, campaign=campaign.id, template=campaign.template)
        news.append(News(notice, now_is[id_]))
    planned = plan_freely(hub, conn, news, now)
    return [
        (id_, each, _refused(plan, refused[id_]) if id_ in refused else plan)
        for id_, each, plan in zip(ids, news, planned, strict=True)
    ]


def key_of(campaign_id: str, customer_id: str) -> str:
    """Makes the business key of a campaign's notice to a customer: it is told them once, whatever is run again."""
    return f"campaign:{campaign_id}:{customer_id}"


def _refused(planned: Planned, reason: Reason) -> Planned:
    return Planned(Skip(reason), planned.customer, {}, planned.recipient, planned.about)


def _plain(hub: Hub, campaign: Campaign, now: datetime) -> Notice:
    return Notice(campaign.kind, "", now, now + hub.notices.kinds[campaign.kind].expires_after)


def _cutoffs(hub: Hub, conn: Connection, people: Sequence[Customer], now: datetime) -> dict[str, Notice | Reason]:
    """Makes what each is told of the next holiday, by the place that their last order went to."""
    newest = orders.newest_of(conn, [each.id for each in people])
    readers = [_reader(each, newest.get(each.id)) for each in people]
    return {each.customer_id: cutoff_notice(each, hub.notices, now, scheduled=False) for each in readers}


def _reader(customer: Customer, order: Order | None) -> Reader:
    where = order.shipping if order else StreetAddress()
    zones = zone_candidates(customer.timezone, customer.phone)
    return Reader(customer.id, Recipient((), customer.name, customer.spoken, zones), where.country, where.region)
