"""Opens a case of a rule, with its card at the desk; where the customer has an open one, adds to that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from core.cases.routing import Facts, OrderFacts
from core.desk.posts import PostCard, PostNote
from core.ids import new_id
from core.people.addresses import canonical
from core.people.conversations import Routed
from core.shop.orders import Order
from hub.clocks import keeping
from hub.conversation.acting.triage import order_facts
from hub.customers import newcomers
from hub.customers.first_contact import by_number
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from notifications.rules.asking import Found
from notifications.rules.rule import OpenCase
from notifications.rules.telling import because
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk import cases
from storage.desk.cases import Case
from storage.desk.tables import case_clocks as clocks_table
from storage.desk.tables import cases as cases_table
from storage.people import customers
from storage.shop import orders


class Opened(NamedTuple):
    """Names a case, and tells whether it was open before."""

    id: str
    number: int
    was_open: bool


def open_case(hub: Hub, conn: Connection, found: Found, wanted: OpenCase, now: datetime) -> Opened | None:
    """Opens the case that a rule wants, within a transaction that is under way.

    The conversation stays with whoever answers in it: nobody asked for a person. A customer with an open case has no
    second one beside it: that one is raised to what the rule wants, and its thread says why. None where there is no
    conversation with the customer and none can be begun, or where they are blocked.
    """
    order = orders.by_number(conn, found.order_number) if found.order_number else None
    who = _conversation(hub, conn, found.customer_id, order, now)
    if who is None or who.is_blocked(now):
        return None
    routed = _routed(hub, who, order, wanted, now)
    details = {"rule": found.rule.id, "because": because(found.facts)}
    there = _open_case_of(conn, found.customer_id, who)
    if there is not None:
        cases.raise_to(conn, there, routed, details)
        keeping.follow(hub, conn, there.id, now)
        words = f"The rule {found.rule.id} holds too: {details['because']}"
        post_to_desk(hub, conn, PostNote(there.id, words), there.id, now)
        post_to_desk(hub, conn, PostCard(there.id), there.id, now)
        return Opened(there.id, there.number, was_open=True)
    return _new(hub, conn, who, found, wanted, routed, details, now)


def _new(
    hub: Hub,
    conn: Connection,
    who: Conversation,
    found: Found,
    wanted: OpenCase,
    routed: Routed,
    details: Mapping[str, Any],
    now: datetime,
) -> Opened:
    id_, place = new_id(now), routed.place or hub.place
    number = found.order_number or None
    row = cases.row(id_, who.id, who.customer_id, wanted.reason, "", place, now, number)
    made = cases_table.insert().returning(cases_table.c.number)
    given = conn.execute(made, {**row, **cases.ranks(routed, details)}).scalar_one()
    if clocks := [*keeping.opening(hub, id_, routed, now)]:
        conn.execute(hub.store.insert(clocks_table), clocks)
    conversations.hand_over(conn, who.id, who.owner, id_)
    post_to_desk(hub, conn, PostCard(id_, first=True), id_, now)
    return Opened(id_, given, was_open=False)


def _open_case_of(conn: Connection, customer_id: str, who: Conversation) -> Case | None:
    here = cases.by_id(conn, who.case_id) if who.case_id else None
    if here is not None and not here.is_over:
        return here
    return cases.open_of(conn, [customer_id]).get(customer_id)


def _conversation(
    hub: Hub, conn: Connection, customer_id: str, order: Order | None, now: datetime
) -> Conversation | None:
    """Finds where the customer is spoken with, locked: where a case is open, else where they wrote last; else begins a
    conversation with their number."""
    spoken = [each for each in conversations.of_customer(conn, customer_id) if each.in_use]
    best = max(spoken, key=lambda each: _rank(hub, each), default=None)
    if best is None:
        best = _begun(hub, conn, customer_id, order, now)
    return conversations.by_id(conn, best.id, lock=True) if best else None


def _rank(hub: Hub, who: Conversation) -> tuple[bool, bool, float]:
    is_on = hub.channel(who.channel, who.account) is not None
    return who.case_id is not None, is_on, who.last_inbound_at.timestamp() if who.last_inbound_at else 0.0


def _begun(hub: Hub, conn: Connection, customer_id: str, order: Order | None, now: datetime) -> Conversation | None:
    who = customers.by_id(conn, customer_id)
    number = (who.phone if who else None) or (canonical(order.buyer.phone) if order else "")
    reached = by_number(hub, number or "")
    if not reached:
        return None
    newcomers.ensure(conn, hub.store, [(reached[0], "")], now)
    return conversations.by_keys(conn, [reached[0].key]).get(reached[0].key)


def _routed(hub: Hub, who: Conversation, order: Order | None, wanted: OpenCase, now: datetime) -> Routed:
    """Ranks the case: as the rule says, the rest by `routing.yaml`."""
    by_reason = hub.routing.route(
        Facts(
            reason=wanted.reason,
            channel=who.channel,
            language=(who.locale or "en").partition("-")[0],
            tier=who.tier,
            order=order_facts(order) if order else OrderFacts(),
            closed=not hub.notices.shop.answers(now),
        )
    )
    team = wanted.team or by_reason.team
    of_team = hub.routing.teams[team].channel if wanted.team in hub.routing.teams else ""
    return Routed(
        wanted.priority or by_reason.priority,
        team,
        by_reason.sla,
        tuple(dict.fromkeys((*wanted.tags, *by_reason.tags))),
        wanted.channel or of_team or by_reason.place,
    )
