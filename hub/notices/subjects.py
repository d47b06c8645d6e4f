"""Finds what a notice is about, as it stands now."""

from typing import Any

from core.shop.orders import Buyer, Order
from notifications.catalogue import find_kind
from notifications.notice import Subject
from storage.people.customers import Customer


def subject_now(kind: str, customer: Customer, order: Order | None) -> Any:
    """Returns the subject of a kind of notice: the order, the customer; None for one that has no rows yet."""
    known = find_kind(kind)
    if known is None or known.subject is Subject.ORDER:
        return order
    return _buyer(customer) if known.subject is Subject.CUSTOMER else None


def _buyer(customer: Customer) -> Buyer:
    return Buyer(
        id=customer.store_id or "",
        name=customer.name,
        email=customer.email or "",
        phone=customer.phone or "",
        locale=customer.spoken,
        timezone=customer.timezone,
        tier=customer.tier,
    )
