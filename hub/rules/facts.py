"""Reads what rules may name of those whom something happened to: once for a group, and only what is named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from notifications.notice import Change
from notifications.rules.asking import Asked
from notifications.rules.names import LAST_ORDER, NO_CASE, CaseFacts, EventFacts
from notifications.rules.rule import OncePer, Rule
from storage.desk import cases
from storage.desk.cases import Case
from storage.people import accounts, customers
from storage.shop import orders, returns, stock_problems, tags


@dataclass(frozen=True)
class Heard:
    """Holds what happened: the change, whose it is (our id), and the case that it is of; `score` is of a rating.

    `depth` counts the rules that it follows from.
    """

    change: Change
    customer_id: str
    case: Case | None = None
    score: int = 0
    depth: int = 0


def asked(conn: Connection, heard: Sequence[Heard], rules: Sequence[Rule], now: datetime) -> list[Asked]:
    """Returns what happened with what these rules may read of it."""
    wants = _Wants(rules)
    people = {each.customer_id for each in heard}
    numbers = {order.number for each in heard if (order := each.change.after.order)}
    records = accounts.records(conn, people) if wants.customer else {}
    spoken = customers.by_ids(conn, people) if wants.locale else {}
    ordered = orders.last_placed(conn, people) if wants.last_order else {}
    opened = cases.open_of(conn, people) if wants.case else {}
    problems = stock_problems.of_orders(conn, numbers) if wants.stock else {}
    sent_back = returns.of_orders(conn, numbers) if wants.returned else {}
    of_people = tags.of_customers(conn, people) if wants.customer_tags else {}
    of_orders = tags.of_orders(conn, numbers) if wants.order_tags else {}

    def one(each: Heard) -> Asked:
        about = each.change.after
        number = about.order.number if about.order else ""
        who = spoken.get(each.customer_id)
        if records or who or ordered or number in problems:
            about = msgspec.structs.replace(
                about,
                customer=records.get(each.customer_id, about.customer),
                locale=who.spoken if who else about.locale,
                last_order_at=ordered.get(each.customer_id, about.last_order_at),
                problem=about.problem or problems.get(number),
            )
        case = each.case or opened.get(each.customer_id)
        told = each.change.event
        return Asked(
            change=replace(each.change, after=about),
            customer_id=each.customer_id,
            event=EventFacts(told.type, told.source, each.score, float(about.refund.amount) if about.refund else 0.0),
            case=_case_facts(case, now) if case else NO_CASE,
            case_id=case.id if case else None,
            returns=sent_back.get(number, ()),
            customer_tags=of_people.get(each.customer_id, ()),
            order_tags=of_orders.get(number, ()),
            depth=each.depth,
        )

    return [one(each) for each in heard]


class _Wants:
    """Says what rules read beside what happened itself."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        reads = {word for rule in rules for word in rule.reads}
        names = {name for rule in rules for name in rule.condition.names}
        once_per = {rule.once_per for rule in rules}
        self.customer = "customer" in reads
        self.locale = ("customer", "locale") in names
        self.last_order = bool(names & LAST_ORDER)
        self.case = "case" in reads or OncePer.CASE in once_per
        self.stock = "stock" in reads
        self.returned = "return" in reads or OncePer.RETURN in once_per
        self.customer_tags, self.order_tags = ("customer", "tags") in names, ("order", "tags") in names


def _case_facts(case: Case, now: datetime) -> CaseFacts:
    is_open = not case.is_over
    until = now if is_open or case.resolved_at is None else case.resolved_at
    return CaseFacts(
        number=case.number,
        open=is_open,
        state=case.state,
        reason=case.reason,
        priority=case.priority,
        team=case.team,
        tags=case.tags,
        claimed=case.claimed_by is not None,
        hours_open=max((until - case.opened_at).total_seconds() / 3600, 0.0),
    )
