"""Reads orders: their lines, payment, discounts, and what belongs to them."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, model_validator

from adapters.shops.fields import Currency, Day, Link, Moment, Money, Name, Options, Quantity, Text
from adapters.shops.payloads.addresses import AddressPayload
from adapters.shops.payloads.customers import CustomerPayload
from adapters.shops.payloads.parcels import ShipmentPayload
from adapters.shops.payloads.payload import Payload
from core.shop.orders import Buyer, Discount, Line, Order, OrderStatus, Payment, StreetAddress


class LinePayload(Payload):
    """One of `lines`."""

    id: Name
    title: Text
    sku: Text | None = None
    variant: Text | None = None
    quantity: Quantity = 1
    unit_price: Money | None = None
    final_sale: bool | None = None
    product_id: Text | None = None
    variant_id: Text | None = None
    options: Options | None = None
    tags: Annotated[list[Text], Field(max_length=100)] | None = None
    tax: Money | None = None

    def value(self) -> Line:
        """Makes the Line."""
        price = {} if self.unit_price is None else {"unit_price": self.unit_price}
        return Line(
            id=self.id,
            title=self.title,
            sku=self.sku or "",
            variant=self.variant or "",
            quantity=self.quantity,
            final_sale=bool(self.final_sale),
            product_id=self.product_id or "",
            variant_id=self.variant_id or "",
            options=self.options or {},
            tags=tuple(self.tags or ()),
            tax=self.tax or Decimal(0),
            **price,
        )


class PaymentPayload(Payload):
    """`payment` of an order."""

    method: Text | None = None
    status: Text | None = None

    def value(self) -> Payment:
        """Makes the Payment."""
        return Payment(self.method or "", self.status or "")


class DiscountPayload(Payload):
    """One of an order's `discounts`; a text alone is the code."""

    code: Text | None = None
    title: Text | None = None
    amount: Money | None = None

    @model_validator(mode="before")
    @classmethod
    def _code(cls, value: Any) -> Any:
        return {"code": value} if isinstance(value, str) else value

    def value(self) -> Discount:
        """Makes the Discount."""
        return Discount(self.code or "", self.title or "", self.amount or Decimal(0))


class OrderPayload(Payload):
    """`order`."""

    number: Name
    placed_at: Moment
    status: OrderStatus
    currency: Currency
    total: Money
    customer: CustomerPayload | None = None
    shipping_address: AddressPayload | None = None
    lines: Annotated[list[LinePayload], Field(max_length=1000)] | None = None
    shipments: Annotated[list[ShipmentPayload], Field(max_length=200)] | None = None
    promised_by: Day | None = None
    payment: PaymentPayload | None = None
    discounts: Annotated[list[DiscountPayload], Field(max_length=100)] | None = None
    shipping_method: Text | None = None
    shipping_price: Money | None = None
    tax: Money | None = None
    invoice_url: Link | None = None

    def value(self) -> Order:
        """Makes the Order."""
        shipping = self.shipping_address.value() if self.shipping_address else StreetAddress()
        return Order(
            number=self.number,
            placed_at=self.placed_at,
            status=self.status,
            currency=self.currency,
            total=self.total,
            buyer=self.customer.value(shipping.country) if self.customer else Buyer(),
            shipping=shipping,
            lines=tuple(line.value() for line in self.lines or ()),
            shipments=tuple(shipment.value() for shipment in self.shipments or ()),
            promised_by=self.promised_by,
            payment=self.payment.value() if self.payment else Payment(),
            discounts=tuple(each.value() for each in self.discounts or ()),
            shipping_method=self.shipping_method or "",
            shipping_price=self.shipping_price or Decimal(0),
            tax=self.tax or Decimal(0),
            invoice_url=self.invoice_url or "",
        )
