"""Finds what a notice is about, as it stands now."""

from core.shop.buyers import BuyerRecord
from core.shop.orders import Order
from notifications.facts import About
from storage.people.customers import Customer


def about_now(customer: Customer, order: Order | None) -> About:
    """Returns what a notice for this customer is about."""
    known = BuyerRecord(id=customer.store_id or "", name=customer.name, tier=customer.tier)
    return About(order=order, customer=known, locale=customer.spoken)
