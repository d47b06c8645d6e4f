"""Keeps a store in memory, for tests and for talking to the flows in a terminal."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from core.people.addresses import canonical
from core.people.one_time_codes import SentCode
from core.people.postcodes import same_postcode
from core.shop.buyers import BuyerRecord
from core.shop.catalogue import Product, asked_for, like, ranked, terms, variant_of
from core.shop.order_numbers import normal_form, tracking_form
from core.shop.orders import Line, Order
from core.shop.returns import RefundRecord, ReturnRecord
from core.shop.stock_alerts import StockAlert
from core.shop.stock_problems import StockProblem
from flows.engine.effects import (
    AllowNews,
    AwaitStock,
    Effect,
    EndStockAlert,
    Handoff,
    OpenReturn,
    RecordCodeTry,
    RecordProofAttempt,
    SendCode,
)

CODE = "123456"  # the one-time code of every conversation in memory


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a store knows besides orders: products as in product.updated, who writes, returns, refunds, what of orders
    is not in stock; the days of earlier cases, by their reason; whether who writes wants news of orders."""

    products: tuple[Product, ...] = ()
    buyer: BuyerRecord | None = None
    returns: tuple[ReturnRecord, ...] = ()
    refunds: tuple[RefundRecord, ...] = ()
    stock_problems: tuple[StockProblem, ...] = ()
    cases: dict[str, tuple[datetime, ...]] = {}
    allows_news: bool | None = None


class MemoryStore:
    """Implements StoreView over orders at hand. `apply` keeps what actions recorded, as the real store would."""

    def __init__(self, orders: list[Order], kept: Kept | None = None) -> None:
        self._orders = orders
        self._kept = kept or Kept()
        self._asked_for: list[ReturnRecord] = []
        self._cases = [(reason, aware(at)) for reason, days in self._kept.cases.items() for at in days]
        self._allows_news = self._kept.allows_news
        self._wrong_attempts: list[tuple[str, datetime]] = []
        self._codes: list[SentCode] = []
        self._alerts: list[StockAlert] = []

    def orders_of_phone(self, phone: str) -> list[Order]:
        """Lists orders by the buyer's phone, newest first."""
        mine = [order for order in self._orders if canonical(order.buyer.phone) == phone]
        return sorted(mine, key=lambda order: order.placed_at, reverse=True)

    def order(self, number: str) -> Order | None:
        """Finds an order by number."""
        return next((order for order in self._orders if order.number == number), None)

    def orders_named(self, numbers: Sequence[str]) -> list[Order]:
        """Finds the orders that these may name, by number or by a parcel's."""
        own, sent = ({form(number) for number in numbers} - {""} for form in (normal_form, tracking_form))
        return [o for o in self._orders if normal_form(o.number) in own or sent & set(map(tracking_form, _tracking(o)))]

    def wrong_attempts(self, order_number: str, since: datetime) -> tuple[int, int]:
        """Counts wrong attempts: (all of this one customer's, those for the number)."""
        recent = [number for number, at in self._wrong_attempts if at >= since]
        return len(recent), recent.count(order_number)

    def orders_at(self, postcode: str) -> list[Order]:
        """Finds the orders that go there."""
        return [o for o in self._orders if same_postcode(postcode, o.shipping.postcode, o.shipping.country)]

    def codes(self, order_number: str) -> list[SentCode]:
        """Lists the codes that were sent, the newest first."""
        del order_number
        return self._codes[::-1]

    def is_code(self, id_: str, said: str) -> bool:
        """Compares with the one code that there is here."""
        return bool(id_) and said == CODE

    def may_text(self, phone: str) -> bool:
        """Takes SMS everywhere."""
        return bool(phone)

    def returns(self, order_number: str) -> list[ReturnRecord]:
        """Lists the order's returns."""
        told = [*reversed(self._asked_for), *self._kept.returns]
        return [each for each in told if each.order_number == order_number]

    def refunds(self, order_number: str) -> list[RefundRecord]:
        """Lists the order's refunds."""
        return [each for each in self._kept.refunds if each.order_number == order_number]

    def stock_problem(self, order_number: str) -> StockProblem | None:
        """Tells what of an order is not in stock."""
        return next((each for each in self._kept.stock_problems if each.order_number == order_number), None)

    def cases_for(self, reason: str, since: datetime) -> int:
        """Counts the cases for a reason, of this conversation too."""
        return sum(each == reason and at >= since for each, at in self._cases)

    def allows_news(self) -> bool | None:
        """Tells whether the customer wants news of orders here."""
        return self._allows_news

    def products_named(self, text: str) -> list[Product]:
        """Finds the products that a text names."""
        wanted = asked_for(text)
        found = ranked(wanted, self._kept.products)
        return found or ranked(self._near(wanted), self._kept.products)

    def product(self, id_: str) -> Product | None:
        """Finds a product."""
        return next((each for each in self._kept.products if each.id == id_), None)

    def products_of(self, lines: Sequence[Line]) -> dict[str, Product]:
        """Finds the products of lines."""
        return {line.id: product for line in lines if (product := self._product_of(line))}

    def _product_of(self, line: Line) -> Product | None:
        own = self.product(line.product_id) if line.product_id else None
        return own or next((each for each in self._kept.products if variant_of(line, each.variants)), None)

    def stock_alerts(self) -> list[StockAlert]:
        """Lists what is waited for."""
        return list(self._alerts)

    def buyer(self, order_number: str = "") -> BuyerRecord | None:
        """Tells who writes, or whose order it is as far as the order says so."""
        order = self.order(order_number) if order_number else None
        if order is None or self._kept.buyer:
            return self._kept.buyer
        who = order.buyer
        return BuyerRecord(id=who.id, name=who.name, email=who.email, phone=who.phone, tier=who.tier)

    def apply(self, effect: Effect, now: datetime) -> None:
        """Keeps a wrong attempt, a code, a return, a case, that news are wanted, or what is waited for."""
        if isinstance(effect, RecordProofAttempt) and not effect.ok:
            self._wrong_attempts.append((effect.order_number, now))
        elif isinstance(effect, SendCode):
            self._codes.append(SentCode(str(len(self._codes) + 1), effect.order_number, effect.way, now))
        elif isinstance(effect, RecordCodeTry):
            self._codes = [_tried(code, effect.ok) if code.id == effect.id else code for code in self._codes]
        elif isinstance(effect, OpenReturn):
            self._asked_for.append(effect.record(now))
        elif isinstance(effect, AllowNews):
            self._allows_news = True
        elif isinstance(effect, Handoff):
            self._cases.append((effect.reason, now))
        elif isinstance(effect, AwaitStock | EndStockAlert):
            self._wait_for_stock(effect, now)

    def _wait_for_stock(self, effect: AwaitStock | EndStockAlert, now: datetime) -> None:
        if isinstance(effect, AwaitStock):
            id_ = ":".join((effect.product_id, *effect.variant_ids))
            self._alerts.append(StockAlert(id_, effect.product_id, effect.variant_ids, now))
        else:
            self._alerts = [each for each in self._alerts if each.id != effect.id]

    def _near(self, wanted: set[str]) -> set[str]:
        known = {term for product in self._kept.products for term in terms(product)}
        return {found for term in wanted for found in like(term, known)}


def _tried(code: SentCode, ok: bool) -> SentCode:
    return replace(code, tries=code.tries + (not ok), used=code.used or ok)


def _tracking(order: Order) -> list[str]:
    return [shipment.tracking_number for shipment in order.shipments]


def orders_from(data: list[Mapping[str, Any]]) -> list[Order]:
    """Makes orders from the form of the store events (`customer`, `shipping_address`). Raises ValidationError."""
    return [_order(item) for item in data]


def kept_from(data: Mapping[str, Any]) -> Kept:
    """Makes the rest of a store from what `Kept` holds. Raises ValidationError."""
    return msgspec.convert(dict(data), Kept, strict=False)


def _order(item: Mapping[str, Any]) -> Order:
    fields = {"currency": "USD", "total": "0", "status": "paid", **item}
    fields["buyer"] = fields.pop("customer", {})
    fields["shipping"] = fields.pop("shipping_address", {})
    order = msgspec.convert(fields, Order, strict=False)
    return replace(order, total=Decimal(order.total), placed_at=aware(order.placed_at))


def aware(moment: datetime) -> datetime:
    """Gives a moment a time zone: UTC when it has none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
