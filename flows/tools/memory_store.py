"""Keeps a store in memory, for tests and for talking to the flows in a terminal."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from core.addresses import canonical
from core.order_numbers import normal_form
from core.orders import Order
from flows.engine.effects import Effect, OpenReturn, RecordProofAttempt


class MemoryStore:
    """Implements StoreView over orders at hand. `apply` keeps what actions recorded, as the real store would."""

    def __init__(self, orders: list[Order]) -> None:
        self._orders = orders
        self._wrong_attempts: list[tuple[str, datetime]] = []
        self._returns: dict[str, list[str]] = {}

    def orders_of_phone(self, phone: str) -> list[Order]:
        """Lists orders by the buyer's phone, newest first."""
        mine = [order for order in self._orders if canonical(order.buyer.phone) == phone]
        return sorted(mine, key=lambda order: order.placed_at, reverse=True)

    def order(self, number: str) -> Order | None:
        """Finds an order by number."""
        return next((order for order in self._orders if order.number == number), None)

    def orders_named(self, numbers: Sequence[str]) -> list[Order]:
        """Finds the orders that these may name, by number or by a parcel's."""
        forms = {normal_form(number) for number in numbers}
        return [o for o in self._orders if forms & {normal_form(n) for n in (o.number, *_tracking(o)) if n}]

    def wrong_attempts(self, order_number: str, since: datetime) -> tuple[int, int]:
        """Counts wrong attempts: (all of this one customer's, those for the number)."""
        recent = [number for number, at in self._wrong_attempts if at >= since]
        return len(recent), recent.count(order_number)

    def open_returns(self, order_number: str) -> list[str]:
        """Lists lines being returned."""
        return self._returns.get(order_number, [])

    def apply(self, effect: Effect, now: datetime) -> None:
        """Keeps a wrong attempt or a return."""
        if isinstance(effect, RecordProofAttempt) and not effect.ok:
            self._wrong_attempts.append((effect.order_number, now))
        elif isinstance(effect, OpenReturn):
            self._returns.setdefault(effect.order_number, []).extend(line.line_id for line in effect.lines)


def _tracking(order: Order) -> list[str]:
    return [shipment.tracking_number for shipment in order.shipments]


def orders_from(data: list[Mapping[str, Any]]) -> list[Order]:
    """Makes orders from the form of the store events (`customer`, `shipping_address`). Raises ValidationError."""
    return [_order(item) for item in data]


def _order(item: Mapping[str, Any]) -> Order:
    fields = {"currency": "USD", "total": "0", "status": "paid", **item}
    fields["buyer"] = fields.pop("customer", {})
    fields["shipping"] = fields.pop("shipping_address", {})
    order = msgspec.convert(fields, Order, strict=False)
    return replace(order, total=Decimal(order.total), placed_at=aware(order.placed_at))


def aware(moment: datetime) -> datetime:
    """Gives a moment a time zone: UTC when it has none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
