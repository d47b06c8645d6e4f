"""Finds what a notice is about, as it stands now: beside the order, what its kind reads."""

from datetime import datetime, timedelta

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
from storage.shop import products, returns, stock_problems

TOLD_FOR = timedelta(days=2)  # so long news of what was asked for in the chat are no news


def about_now(
    hub: Hub, conn: Connection, notice: Notice, customer: Customer, order: Order | None, now: datetime
) -> About:
    """Returns what a notice is about for this customer."""
    kind = hub.notices.kinds.get(notice.kind)
    reads = kind.reads if kind else frozenset()
    number = notice.order_number
    listed = returns.of_order(conn, number) if "return" in reads else []
    product = products.by_id(conn, notice.data.get("product", "")) if "product" in reads else None
    return About(
        order=order,
        customer=_account(conn, customer) if "customer" in reads else None,
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


def _account(conn: Connection, customer: Customer) -> BuyerRecord:
    known = accounts.record(conn, customer.id)
    return known or BuyerRecord(id=customer.store_id or "", name=customer.name, tier=customer.tier)
