"""Makes the customers of the benchmarks: one order each, on its way, told to the product as the store would."""

from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.processes import wait_until
from benchmarks.product import Product
from storage.engine.store import Store
from storage.queues import inbox

FIRST_ORDER, FIRST_AREA = 10_000, 201
CHUNK = 125

# Two turns that customers take most: the question itself, answered from the store, and the menu.
MENU = {"menu": "What can I do for you"}
QUESTIONS = {"Where is my order?": "#@", **MENU}
ECHO = {text: text for text in QUESTIONS}


def phone(index: int) -> str:
    """Makes the number of a customer, the same as in the rig: fictional ones, a hundred to an area."""
    return f"+1{FIRST_AREA + index // 100}55501{index % 100:02d}"


def tell_orders(product: Product, number: int) -> None:
    """Tells the orders of the first `number` customers and waits until the product has taken them in.

    They are told late (three days ago), so that no notice goes out.
    """
    then = datetime.now(UTC) - timedelta(days=3)
    for first in range(0, number, CHUNK):
        indexes = range(first, min(first + CHUNK, number))
        product.tell([event for index in indexes for event in order_and_parcel(index, then)])
    with product.store() as store:
        wait_until(lambda: _pending(store) == 0, 60, "taking in the orders")


def order_and_parcel(index: int, then: datetime) -> list[dict[str, Any]]:
    """Makes what the store tells of one customer's order, placed and on its way at that time."""
    order = _event("order.created", index, {"order": _order(index, then)}, then)
    return [order, _event("shipment.updated", index, _shipment(index, then), then)]


def _pending(store: Store) -> int:
    with store.read() as conn:
        return inbox.counts(conn)["pending"]


def _event(kind: str, index: int, data: dict[str, Any], then: datetime) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{kind}-{index}",
        "source": "shop",
        "type": kind,
        "time": then.isoformat(),
        "data": data,
    }


def _order(index: int, then: datetime) -> dict[str, Any]:
    return {
        "number": str(FIRST_ORDER + index),
        "placed_at": (then - timedelta(hours=1)).isoformat(),
        "status": "paid",
        "currency": "USD",
        "total": "129.80",
        "customer": {
            "id": f"c{index}",
            "name": "Jane Doe",
            "email": f"jane{index}@example.com",
            "phone": phone(index),
            "locale": "en",
        },
        "shipping_address": {
            "line1": "1 Main St",
            "city": "Springfield",
            "postcode": "12345",
            "region": "NY",
            "country": "US",
        },
        "promised_by": (then + timedelta(days=7)).date().isoformat(),
        "lines": [
            {
                "id": "l1",
                "sku": "BOOT-42",
                "title": "Leather boots",
                "variant": "42",
                "quantity": 1,
                "unit_price": "129.80",
            }
        ],
    }


def _shipment(index: int, then: datetime) -> dict[str, Any]:
    number = f"JD{FIRST_ORDER + index:08d}"
    return {
        "order_number": str(FIRST_ORDER + index),
        "shipment": {
            "id": "s1",
            "carrier": "DHL",
            "tracking_number": number,
            "tracking_url": f"https://track.example/{number}",
            "lines": [{"line_id": "l1", "quantity": 1}],
            "status": "in_transit",
            "eta": (then + timedelta(days=6)).date().isoformat(),
            "events": [
                {
                    "time": then.isoformat(),
                    "status": "in_transit",
                    "location": "Leipzig",
                    "description": "Departed facility",
                }
            ],
        },
    }
