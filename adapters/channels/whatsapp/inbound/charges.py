"""Reads what a status says of the price of a message (Meta, "Pricing on the WhatsApp Business Platform")."""

from typing import Any

from adapters.channels.whatsapp.inbound.envelope import optional
from core.messages.charges import Charge
from core.messages.inbound import ReceiptStatus
from core.messages.receipts import ARRIVED

REGULAR = "regular"  # the others are free: free_customer_service, free_entry_point
CATEGORY_MAX = 32
# Kinds of a category that have rates of their own count as that category.
CATEGORIES = {"marketing_lite": "marketing", "authentication_international": "authentication"}


def charge_of(item: Any, status: ReceiptStatus) -> Charge | None:
    """Reads `pricing`: the category of a message that costs something, which is only one that arrives.

    Meta says no sum. `billable` gives way to `type`.
    """
    pricing = item.get("pricing")
    if status not in ARRIVED or not isinstance(pricing, dict):
        return None
    kind = optional(pricing, "type").lower()
    costs = kind == REGULAR if kind else pricing.get("billable") is True
    category = optional(pricing, "category").lower().replace("-", "_")
    return Charge(CATEGORIES.get(category, category)[:CATEGORY_MAX]) if costs else None
