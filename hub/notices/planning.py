"""Plans many notices at once: asks the planner with everything as it stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.shop.orders import Order
from hub.hub import Hub
from hub.notices.recipients import recipients
from hub.notices.subjects import abouts_now
from notifications.facts import NOTHING, About
from notifications.notice import Notice
from notifications.planning.decisions import Decision, Hold, Reason, Send, Skip
from notifications.planning.planner import plan
from notifications.planning.recipients import Recipient
from storage.campaigns import campaigns
from storage.conversations.conversations import Conversation
from storage.engine.schema import NEVER
from storage.people import customers
from storage.people.customers import Customer
from storage.shop import orders


@dataclass(frozen=True)
class News:
    """Names a notice for a customer. `tried`: the keys of addresses that failed for good, and `of_channel` of those
    that stayed silent: another address there would be as silent. `failures`: (channel, code) of the ways taken."""

    notice: Notice
    customer_id: str
    tried: Sequence[str] = ()
    failures: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Planned:
    """Holds the planner's decision. `customer`: after merges; `opened`: their conversations by key; `recipient`
    and `about`: as the planner had them."""

    decision: Decision
    customer: Customer | None
    opened: Mapping[str, Conversation]
    recipient: Recipient | None = None
    about: About = NOTHING


def plan_all(
    hub: Hub, conn: Connection, news: Sequence[News], now: datetime, known: Mapping[str, Order] | None = None
) -> list[Planned]:
    """Returns the decision on each notice: the planner's, unless its campaign is paused or over.

    `known`: orders that were just read, by number.
    """
    planned = plan_freely(hub, conn, news, now, known)
    states = campaigns.states(conn, {each.notice.campaign for each in news} - {""})
    return [_in_campaign(each, states.get(one.notice.campaign, "")) for one, each in zip(news, planned, strict=True)]


def _in_campaign(planned: Planned, state: str) -> Planned:
    """Returns what is left of a plan where its campaign does not go on."""
    decision = planned.decision
    if isinstance(decision, Skip) or state not in (campaigns.PAUSED, campaigns.CANCELLED):
        return planned
    if state == campaigns.PAUSED:
        return replace(planned, decision=Hold(NEVER, Reason.CAMPAIGN_PAUSED, decision.refusals, decision.assumed))
    return replace(planned, decision=Skip(Reason.CAMPAIGN_CANCELLED, decision.refusals, decision.assumed))


def plan_freely(
    hub: Hub, conn: Connection, news: Sequence[News], now: datetime, known: Mapping[str, Order] | None = None
) -> list[Planned]:
    """Returns the planner's decision on each notice, whatever becomes of its campaign."""
    if not news:
        return []
    people = customers.by_ids(conn, {each.customer_id for each in news})
    told = known or {}
    about = {each.notice.order_number for each in news} - {"", *told}
    found = {**told, **orders.by_numbers(conn, about)}
    wanted = [
        (people[each.customer_id], found.get(each.notice.order_number)) for each in news if each.customer_id in people
    ]
    reached = recipients(hub, conn, wanted, now, {each.notice.kind for each in news}) if wanted else []
    known_news = [each for each in news if each.customer_id in people]
    asked = [(each.notice, *who) for each, who in zip(known_news, wanted, strict=True)]
    plans = zip(reached, abouts_now(hub, conn, asked, now), strict=True)
    planned = []
    for each in news:
        customer = people.get(each.customer_id)
        if customer is None:
            planned.append(Planned(Skip(Reason.NO_ADDRESS), None, {}))
            continue
        (recipient, opened), stands = next(plans)
        decision = plan(each.notice, recipient, stands, now, hub.notices)
        planned.append(Planned(_untried(decision, each.tried), customer, opened, recipient, stands))
    return planned


def of_channel(channel: str) -> str:
    """Names all addresses of a channel, among those that were tried."""
    return f"{channel}:*"


def _untried(decision: Decision, tried: Sequence[str]) -> Decision:
    """Returns the decision without addresses that failed for good."""
    if not tried or not isinstance(decision, Send):
        return decision
    over = frozenset(tried)
    ways = tuple(way for way in decision.ways if over.isdisjoint((way.address.key, of_channel(way.address.channel))))
    if not ways:
        return Skip(Reason.NO_ROUTE, decision.refusals, decision.assumed)
    return msgspec.structs.replace(decision, ways=ways)
