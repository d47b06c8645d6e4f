"""Reads returns, refunds, problems of stock and points as a store writes them in JSON."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from adapters.shops.fields import Count, Currency, Day, Link, Money, Name, Quantity, Text
from adapters.shops.payloads.parcels import ShippedLinePayload
from adapters.shops.payloads.payload import Payload
from core.shop.buyers import AccountFacts, Expiring
from core.shop.orders import ShippedLine
from core.shop.return_tracks import Approval, Logistics, Settlement
from core.shop.returns import Refunded, RefundRecord, ReturnedLine, ReturnRecord, ReturnState
from core.shop.stock_problems import StockOption, StockProblem


class ExchangePayload(Payload):
    """`exchange_for` of a line."""

    variant_id: Name


class ReturnedLinePayload(Payload):
    """One of a return's, or a refund's, `lines`."""

    line_id: Name
    quantity: Quantity = 1
    reason: Text | None = None
    condition: Literal["ok", "damaged", "wrong", "missing"] | None = None
    exchange_for: ExchangePayload | None = None

    def value(self) -> ReturnedLine:
        """Makes the ReturnedLine."""
        wanted = self.exchange_for.variant_id if self.exchange_for else ""
        return ReturnedLine(self.line_id, self.quantity, self.reason or "", self.condition or "", wanted)


Lines = Annotated[list[ReturnedLinePayload], Field(max_length=1000)]


class MoneyPayload(Payload):
    """`refund` of a return."""

    amount: Money
    currency: Currency | None = None
    method: Text | None = None


def british(word: object) -> object:
    """Reads the other spelling of a word, too."""
    return "cancelled" if word == "canceled" else word


class ReturnPayload(Payload):
    """`return`."""

    id: Name
    order_number: Name
    state: ReturnState
    resolution: Literal["refund", "exchange", "store_credit"] | None = None
    lines: Lines | None = None
    label_url: Link | None = None
    refund: MoneyPayload | None = None
    approval: Annotated[Approval, BeforeValidator(british)] | None = None
    logistics: Logistics | None = None
    settlement: Settlement | None = None

    def value(self, at: datetime) -> ReturnRecord:
        """Makes the ReturnRecord."""
        money = self.refund
        return ReturnRecord(
            id=self.id,
            order_number=self.order_number,
            state=self.state,
            resolution=self.resolution or "",
            lines=tuple(line.value() for line in self.lines or ()),
            label_url=self.label_url or "",
            refund=Refunded(money.amount, money.currency or "", money.method or "") if money else None,
            approval=self.approval or "",
            logistics=self.logistics or "",
            settlement=self.settlement or "",
            told_at=at,
        )


class RefundPayload(Payload):
    """`data` of refund.issued."""

    order_number: Name
    amount: Money
    currency: Currency | None = None
    method: Text | None = None
    lines: Lines | None = None

    def value(self, at: datetime) -> RefundRecord:
        """Makes the RefundRecord."""
        lines = tuple(line.value() for line in self.lines or ())
        return RefundRecord(self.order_number, self.amount, at, self.currency or "", self.method or "", lines)


class StockPayload(Payload):
    """`data` of stock.problem."""

    order_number: Name
    lines: Annotated[list[ShippedLinePayload], Field(min_length=1, max_length=1000)]
    expected: Day | None = None
    options: Annotated[list[StockOption], Field(max_length=10)] | None = None

    def value(self) -> StockProblem:
        """Makes the StockProblem; without `options` the customer may have all of them."""
        return StockProblem(
            order_number=self.order_number,
            lines=tuple(ShippedLine(line.line_id, line.quantity) for line in self.lines),
            expected=self.expected,
            options=tuple(dict.fromkeys(StockOption if self.options is None else self.options)),
        )


class ExpiringPayload(Payload):
    """`expiring` of loyalty.updated."""

    points: Count
    on: Day


class LoyaltyPayload(Payload):
    """`data` of loyalty.updated."""

    customer_id: Name
    points: Count
    expiring: ExpiringPayload | None = None

    def value(self) -> AccountFacts:
        """Makes the AccountFacts."""
        lost = Expiring(self.expiring.points, self.expiring.on) if self.expiring else None
        return AccountFacts(points=self.points, expiring=lost)
