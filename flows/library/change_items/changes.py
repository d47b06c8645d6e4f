"""Adds up what is to be changed in an order: what it costs more or less, and what is left of the order."""

from decimal import Decimal
from typing import Any

from core.shop.orders import Order


def summed(order: Order, changes: list[dict[str, Any]]) -> dict[str, Any]:
    """Adds the changes up, as `add_change` tells."""
    changed = {each["line_id"] for each in changes}
    gone = {each["line_id"] for each in changes if each.get("quantity") == 0}
    new = any(each["line_id"] is None for each in changes)
    return {
        "changes": changes,
        **signed(sum((_difference(order, each) for each in changes), Decimal(0))),
        "left": sum(line.id not in changed for line in order.lines),
        "currency": order.currency,
        "empty": not new and all(line.id in gone for line in order.lines),
        "told": [_told(each) for each in changes],
    }


def signed(difference: Decimal) -> dict[str, str]:
    """Returns a difference as texts say it: more, less or same, and how much."""
    sign = "same" if not difference else "more" if difference > 0 else "less"
    return {"sign": sign, "amount": str(abs(difference))}


def _difference(order: Order, change: dict[str, Any]) -> Decimal:
    line = order.line(change["line_id"]) if change["line_id"] else None
    before = line.unit_price * line.quantity if line else Decimal(0)
    quantity = change.get("quantity")
    count = quantity if quantity is not None else line.quantity if line else 0
    price = Decimal(change["price"]) if change.get("price") else line.unit_price if line else Decimal(0)
    return price * count - before


def _told(change: dict[str, Any]) -> str:
    """Says a change for the team."""
    named = f"{change['title']} ({change['to']})" if change["to"] and not change["line_id"] else change["title"]
    if not change["line_id"]:
        return f"new: {change['quantity']} × {named}"
    if change.get("quantity") == 0:
        return f"{named}: out"
    return f"{named}: {change['to'] or change['quantity']}"
