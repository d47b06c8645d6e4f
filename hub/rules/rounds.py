"""Asks rules that hear `timer` about orders, customers and cases as they stand, in the walk of the timely notices."""

from datetime import datetime

from sqlalchemy import Connection

from hub.hub import Hub
from hub.notices.walk import Group, Round, Visitor, Write
from hub.rules.facts import Heard
from hub.rules.firing import fire, would_fire
from notifications.catalogue.news import TIMER
from notifications.facts import About, EventFacts
from notifications.notice import Change, Subject
from notifications.rules.rule import OncePer, Rule, Rules
from storage.shop import orders
from storage.shop.orders import Known

_OF_ORDERS = frozenset({"order", "parcel", "return", "stock"})


def round_of(rule: Rule) -> Round:
    """Chooses what is walked over for a rule: cases, customers where it asks of nothing else, else orders."""
    if rule.once_per is OncePer.CASE:
        return Round.CASES
    is_of_people = rule.once_per is OncePer.CUSTOMER and not rule.reads & _OF_ORDERS
    return Round.CUSTOMERS if is_of_people else Round.ORDERS


def rules_of(rules: Rules, round_: Round) -> Rules:
    """Returns the rules that are asked about what is walked over in a round."""
    return Rules(tuple(rule for rule in rules.timed if round_of(rule) is round_))


def heard_of(hub: Hub, conn: Connection, group: Group, now: datetime) -> list[Heard]:
    """Makes what rules are asked of a group: nothing happened but time."""
    if group.cases:
        known = orders.known(conn, {case.order_number for case in group.cases if case.order_number})
        found = [(_about(known.get(case.order_number or "")), case.customer_id, case) for case in group.cases]
        return [Heard(_change(hub, about, now), customer_id, case=case) for about, customer_id, case in found]
    of_orders = [(_about(known), known.customer_id) for known in group.orders.values() if known.order]
    people = [(About(), who.id) for who in group.people]
    return [Heard(_change(hub, about, now), customer_id) for about, customer_id in (*of_orders, *people) if customer_id]


def _about(known: Known | None) -> About:
    return About(order=known.order) if known else About()


def _change(hub: Hub, about: About, now: datetime) -> Change:
    subject = Subject.ORDER if about.order else Subject.CUSTOMER
    return Change(EventFacts(TIMER), now, subject, about, about, {}, hub.notices.when(now))


def _rounds(hub: Hub) -> frozenset[Round]:
    return frozenset(map(round_of, hub.rules.timed))


def _find(hub: Hub, conn: Connection, group: Group, now: datetime) -> Write | None:
    """Finds whether any rule fires in a group; what is returned asks again, and fires, in the transaction."""
    rules = rules_of(hub.rules, group.round)
    heard = heard_of(hub, conn, group, now) if rules.all else []
    concerned = would_fire(conn, heard, now, rules)
    return (lambda writing: fire(hub, writing, concerned, now, rules)) if concerned else None


RULES = Visitor(_rounds, _find)
