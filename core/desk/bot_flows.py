"""Names the flows at which the bot can go on when an agent gives a conversation back to it."""

from collections.abc import Mapping
from types import MappingProxyType

TO_BOT = "case.to_bot"  # what the conversation hears; its key is the flow
NO_FLOW = "none"
FLOWS: Mapping[str, str] = MappingProxyType(
    {
        "order_status": "Where is my order",
        "returns": "Return",
        "exchange": "Exchange",
        "refund_status": "Where is my refund",
        "cancel_order": "Cancel an order",
        "change_address": "Change the address",
        "change_items": "Change the items",
        "claims": "Damaged, wrong or missing",
        "not_received": "Not received",
        "invoice": "Invoice",
        "menu": "Main menu",
    }
)
