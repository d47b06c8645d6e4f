"""Finds what a notice is about, as it stands now: beside the order, what its kind reads."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Connection

from core.shop.buyers import BuyerRecord
from core.shop.catalogue import Product, Variant
from core.shop.orders import Order
from core.shop.shop_actions import PREFIX
from hub.hub import Hub
from notifications.facts import About
from notifications.notice import Kind, Notice
from storage.outgoing import rows as outgoing
from storage.people import accounts
from storage.people.customers import Customer
from storage.shop import orders, products, returns, stock_problems

TOLD_FOR = timedelta(days=2)  # so long news of what was asked for in the chat are no news


Asked = tuple[Notice, Customer, Order | None]  # a notice, for whom, and the order that it is about


def abouts_now(hub: Hub, conn: Connection, asked: Sequence[Asked], now: datetime) -> list[About]:
    """Returns what each notice is about for its customer; what is told of customers is read for all at once."""
    people = {customer.id for notice, customer, _ in asked if "customer" in _reads(hub, notice)}
    told = accounts.records(conn, people) if people else {}
    ordered = orders.last_placed(conn, people) if people else {}
    found = []
    for notice, customer, order in asked:
        about = _about(hub, conn, notice, customer, order, now)
        if customer.id in people:
            guest = BuyerRecord(id=customer.store_id or "", name=customer.name, tier=customer.tier)
            account = told.get(customer.id, guest)
            about = replace(about, customer=account, last_order_at=ordered.get(customer.id))
        found.append(about)
    return found


def _reads(hub: Hub, notice: Notice) -> frozenset[str]:
    kind = hub.notices.kinds.get(notice.kind)
    rule = hub.notices.rule_of(notice)
    return (kind.reads if kind else frozenset()) | (rule.reads if rule else frozenset())


def _about(hub: Hub, conn: Connection, notice: Notice, customer: Customer, order: Order | None, now: datetime) -> About:
    kind, reads = hub.notices.kinds.get(notice.kind), _reads(hub, notice)
    number = notice.order_number
    listed = returns.of_order(conn, number) if "return" in reads else []
    product = products.by_id(conn, notice.data.get("product", "")) if "product" in reads else None
    return About(
        order=order,
        returned=next((each for each in listed if each.id == notice.subject_id), None),
        refund=returns.refund(conn, notice.subject_id) if "refund" in reads else None,
        problem=stock_problems.of_order(conn, number) if "stock" in reads else None,
        product=product,
        variant=_variant(product, notice, now) if product else None,
        locale=customer.spoken,
        asked_in_chat=kind is not None and _asked(conn, kind, notice, customer, now),
    )


def _variant(product: Product, notice: Notice, now: datetime) -> Variant | None:
    """Finds the variant that the notice is about: the first of those wanted that is there, else the first."""
    wanted = [each for each in product.variants if each.id in notice.data.get("variants", ())]
    return next((each for each in wanted if each.is_there(now.date())), next(iter(wanted), None))


def _asked(conn: Connection, kind: Kind, notice: Notice, customer: Customer, now: datetime) -> bool:
    if kind.unless_asked is None:
        return False
    type_ = PREFIX + kind.unless_asked.value
    return outgoing.asked_in_chat(conn, customer.id, notice.order_number, type_, now - TOLD_FOR)
