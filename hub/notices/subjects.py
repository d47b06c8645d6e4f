"""Finds what a notice is about, as it stands now: beside the order, what its kind reads."""

from sqlalchemy import Connection

from core.shop.buyers import BuyerRecord
from core.shop.orders import Order
from hub.hub import Hub
from notifications.facts import About
from notifications.notice import Notice
from storage.people import accounts
from storage.people.customers import Customer
from storage.shop import returns, stock_problems


def about_now(hub: Hub, conn: Connection, notice: Notice, customer: Customer, order: Order | None) -> About:
    """Returns what a notice is about for this customer."""
    kind = hub.notices.kinds.get(notice.kind)
    reads = kind.reads if kind else frozenset()
    number = notice.order_number
    listed = returns.of_order(conn, number) if "return" in reads else []
    return About(
        order=order,
        customer=_account(conn, customer) if "customer" in reads else None,
        returned=next((each for each in listed if each.id == notice.subject_id), None),
        refund=returns.refund(conn, notice.subject_id) if "refund" in reads else None,
        problem=stock_problems.of_order(conn, number) if "stock" in reads else None,
        locale=customer.spoken,
    )


def _account(conn: Connection, customer: Customer) -> BuyerRecord:
    known = accounts.record(conn, customer.id)
    return known or BuyerRecord(id=customer.store_id or "", name=customer.name, tier=customer.tier)
