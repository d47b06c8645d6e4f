"""Names what a case was about, once it is settled: agents choose from these, and reports count by them."""

from collections.abc import Mapping
from types import MappingProxyType

OTHER = "other"
TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "order_status": "Where is the order",
        "delivery": "Trouble with the delivery",
        "not_received": "Not received",
        "damaged": "Damaged or defective",
        "wrong_item": "Wrong or missing item",
        "return": "Return",
        "exchange": "Exchange",
        "refund": "Refund",
        "cancel": "Cancellation",
        "change_order": "Change of an order or address",
        "payment": "Payment, invoice or promo code",
        "product": "Product or stock",
        "before_order": "Question before an order",
        "account": "Account or data",
        "complaint": "Complaint",
        OTHER: "Something else",
    }
)
_BY_REASON = MappingProxyType(
    {
        "order_late": "order_status",
        "parcel_trouble": "delivery",
        "parcel_lost": "not_received",
        "lost_or_stolen": "not_received",
        "not_received": "not_received",
        "reschedule": "delivery",
        "damaged": "damaged",
        "defective": "damaged",
        "wrong_item": "wrong_item",
        "missing_item": "wrong_item",
        "claim_refused": "damaged",
        "return_request": "return",
        "return_late": "return",
        "return_unsettled": "refund",
        "refund_overdue": "refund",
        "refund_exception": "refund",
        "order_cancel": "cancel",
        "address_change": "change_order",
        "address_abroad": "change_order",
        "items_change": "change_order",
        "change_after": "change_order",
        "stock_problem": "product",
        "payment": "payment",
        "chargeback": "payment",
        "promo_code": "payment",
        "invoice": "payment",
        "price_protection": "payment",
        "order_request": "before_order",
        "bulk_order": "before_order",
        "wholesale": "before_order",
        "gift": "before_order",
        "advice": "product",
        "data_request": "account",
        "account_change": "account",
        "privacy": "account",
        "privacy_request": "account",
        "account_takeover": "account",
        "complaint": "complaint",
        "angry": "complaint",
        "low_rating": "complaint",
    }
)


def topic_of(reason: str) -> str:
    """Proposes the topic of a case that came for that reason."""
    return _BY_REASON.get(reason, OTHER)
