"""Plans many notices at once: asks the planner with everything as it stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.shop.orders import Order
from hub.hub import Hub
from hub.notices.recipients import recipients
from hub.notices.subjects import about_now
from notifications.notice import Notice
from notifications.planning.decisions import Decision, Reason, Send, Skip
from notifications.planning.planner import plan
from storage.conversations.conversations import Conversation
from storage.people import customers
from storage.people.customers import Customer
from storage.shop import orders


@dataclass(frozen=True)
class News:
    """Names a notice for a customer. `tried`: the keys of addresses that failed for good."""

    notice: Notice
    customer_id: str
    tried: Sequence[str] = ()


@dataclass(frozen=True)
class Planned:
    """Holds the planner's decision. `customer`: after merges; `opened`: their conversations by key."""

    decision: Decision
    customer: Customer | None
    opened: Mapping[str, Conversation]


def plan_all(
    hub: Hub, conn: Connection, news: Sequence[News], now: datetime, known: Mapping[str, Order] | None = None
) -> list[Planned]:
    """Returns the planner's decision on each notice. `known`: orders that were just read, by number."""
    if not news:
        return []
    people = customers.by_ids(conn, {each.customer_id for each in news})
    told = known or {}
    about = {each.notice.order_number for each in news} - {"", *told}
    found = {**told, **orders.by_numbers(conn, about)}
    wanted = [
        (people[each.customer_id], found.get(each.notice.order_number)) for each in news if each.customer_id in people
    ]
    reached = iter(recipients(hub, conn, wanted, now) if wanted else ())
    planned = []
    for each in news:
        customer = people.get(each.customer_id)
        if customer is None:
            planned.append(Planned(Skip(Reason.NO_ADDRESS), None, {}))
            continue
        recipient, opened = next(reached)
        stands = about_now(hub, conn, each.notice, customer, found.get(each.notice.order_number), now)
        decision = plan(each.notice, recipient, stands, now, hub.notices)
        planned.append(Planned(_untried(decision, each.tried), customer, opened))
    return planned


def _untried(decision: Decision, tried: Sequence[str]) -> Decision:
    """Returns the decision without addresses that failed for good."""
    if not tried or not isinstance(decision, Send):
        return decision
    ways = tuple(way for way in decision.ways if way.address.key not in tried)
    if not ways:
        return Skip(Reason.NO_ROUTE, decision.refusals, decision.assumed)
    return msgspec.structs.replace(decision, ways=ways)
