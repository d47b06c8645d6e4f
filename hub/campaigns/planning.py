"""Plans a campaign's notice for a group of its recipients: each table is asked once for all of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.shop.orders import Order, StreetAddress
from hub.hub import Hub
from hub.notices.planning import News, Planned, plan_freely
from notifications.campaigns.last_moments import KIND as HOLIDAY_CUTOFF
from notifications.campaigns.last_moments import Reader, cutoff_notice
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
    made = _made(hub, conn, campaign, list(people.values()), now)
    news, refused = {}, {}
    for id_ in ids:
        customer = people.get(id_)
        found = made.get(customer.id, Reason.NO_ADDRESS) if customer else Reason.NO_ADDRESS
        if isinstance(found, Reason):
            refused[id_] = Planned(Skip(found), customer, {})
        notice = _plain(hub, campaign, now) if isinstance(found, Reason) else found
        now_is = customer.id if customer else id_
        named = {"key": key_of(campaign.id, now_is), "campaign": campaign.id, "template": campaign.template}
        news[id_] = News(msgspec.structs.replace(notice, **named), now_is)
    told = [id_ for id_ in ids if id_ not in refused]
    planned = dict(zip(told, plan_freely(hub, conn, [news[id_] for id_ in told], now), strict=True)) | refused
    return [(id_, news[id_], planned[id_]) for id_ in ids]


def key_of(campaign_id: str, customer_id: str) -> str:
    """Makes the business key of a campaign's notice to a customer: it is told them once, whatever is run again."""
    return f"campaign:{campaign_id}:{customer_id}"


def _made(
    hub: Hub, conn: Connection, campaign: Campaign, people: Sequence[Customer], now: datetime
) -> Mapping[str, Notice | Reason]:
    """Makes each customer's notice, or says why there is none for them."""
    if campaign.kind == HOLIDAY_CUTOFF:
        return _cutoffs(hub, conn, people, now)
    return dict.fromkeys((each.id for each in people), _plain(hub, campaign, now))


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
