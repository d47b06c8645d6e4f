"""Takes a return from the customer's wish to the money, as the store tells of it (`return.updated`)."""

from datetime import datetime
from typing import Any

Json = dict[str, Any]
# From which states each can be reached; "" is no return, or one that is over.
STATES: dict[str, tuple[str, ...]] = {
    "requested": ("",),
    "approved": ("requested",),
    "refused": ("requested",),
    "label_sent": ("approved",),
    "in_transit": ("approved", "label_sent"),
    "received": ("approved", "label_sent", "in_transit"),
    "inspected": ("received",),
    "completed": ("received", "inspected"),
    "cancelled": ("requested", "approved", "label_sent"),
}
OVER = {"refused", "completed", "cancelled"}


def obstacle(record: Json, state: str) -> str:
    """Says why the order's return cannot come into this state now; "" when it can."""
    if state == "requested" and not any(shipment["status"] == "delivered" for shipment in record["shipments"]):
        return "has no delivered parcel to send back"
    now = _state(record)
    if now in STATES[state]:
        return ""
    return f"has {f'a return that is {now}' if now else 'no return'}; this needs {_words(STATES[state])}"


def move(record: Json, state: str, now: datetime) -> Json:
    """Brings the order's return into this state (`requested`: makes it); returns it as the store tells it."""
    if state == "requested":
        record["return"] = _made(record, now)
    known: Json = record["return"]
    known["state"] = state
    if state == "label_sent":
        known["label_url"] = f"https://labels.example/{known['id']}"
    if state == "completed":
        known["refund"] = {name: record["order"][key] for name, key in (("amount", "total"), ("currency", "currency"))}
    return known


def _made(record: Json, now: datetime) -> Json:
    count = int((record.get("return") or {}).get("id", "-0").rsplit("-", 1)[-1]) + 1
    delivered = next(shipment for shipment in record["shipments"] if shipment["status"] == "delivered")
    return {
        "id": f"r{record['number']}-{count}",
        "order_number": record["number"],
        "resolution": "refund",
        "lines": [{**line, "reason": "changed_mind"} for line in delivered["lines"]],
        "requested_at": now.isoformat(timespec="seconds"),
    }


def _state(record: Json) -> str:
    state = str((record.get("return") or {}).get("state", ""))
    return "" if state in OVER else state


def _words(states: tuple[str, ...]) -> str:
    return " or ".join(state or "none that is open" for state in states)
