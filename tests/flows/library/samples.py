"""Makes orders, and what an action sees of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from core.people.addresses import Address
from core.people.conversations import Grant, Proof
from flows.engine.actions import run_action
from flows.engine.context import ActionContext, CustomerView
from flows.loading.policies import Policies
from flows.tools.memory_store import MemoryStore, orders_from

NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
PHONE = "+12025550101"
OPEN = [{"id": "s", "status": "in_transit"}]


def order(number: str = "1001", **changed: Any) -> dict[str, Any]:
    return {
        "number": number,
        "placed_at": "2026-11-20T12:00:00+00:00",
        "status": "fulfilled",
        "customer": {"email": "Jane@Example.com", "phone": PHONE},
        "shipping_address": {"postcode": "12345-6789", "country": "US"},
        "lines": [{"id": "l1", "title": "Boots", "quantity": 2}],
        "shipments": [{"id": "s1", "status": "delivered", "delivered_at": "2026-11-25T20:00:00+00:00"}],
        **changed,
    }


def context(*orders: dict[str, Any], address: str = "77", channel: str = "messenger", **changed: Any) -> ActionContext:
    store = MemoryStore(orders_from(list(orders) or [order()]))
    made = ActionContext(CustomerView(), Address(channel, "main", address), (), store, Policies(), NOW)
    return replace(made, **changed)


def granted(number: str = "1001", level: Proof = Proof.ORDER, hours: int = 1) -> tuple[Grant, ...]:
    return (Grant(level, number, NOW + timedelta(hours=hours)),)


def value(name: str, ctx: ActionContext, **args: Any) -> Any:
    result = run_action(name, args, ctx)
    assert result.error == ""
    return result.value
