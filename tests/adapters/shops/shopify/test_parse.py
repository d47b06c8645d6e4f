"""Tests what each topic of Shopify's is to us."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.shops.shopify.inbound.parse import TOPICS, parse
from core.errors import MalformedPayload
from core.people.consent import ConsentWord
from core.shop.orders import OrderStatus, ShipmentStatus, ShippedLine
from core.shop.returns import ReturnState
from core.shop.store_events import (
    ConnectionEvent,
    CustomerEvent,
    DisputeEvent,
    Ignored,
    MergeEvent,
    OrderEvent,
    PrivacyEvent,
    ProductEvent,
    RefundEvent,
    ReturnEvent,
    ShipmentEvent,
    StockLevelEvent,
    StoreEvent,
)
from tests.adapters.shops.shopify.payloads import SHOP, payload, webhook

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
BOOTS, SOCKS = "14001112223331", "14001112223332"
FIRST = {
    "orders": "order",
    "fulfillments": "fulfillment",
    "fulfillment_events": "fulfillment_event",
    "refunds": "refund",
    "returns": "return",
    "customers": "customer",
    "products": "product",
    "variants": "variant",
}


def read(topic: str, body: dict[str, Any], **changes: str) -> list[StoreEvent | Ignored]:
    return parse(webhook(topic, body, **changes), NOW)


def ordered(**changes: Any) -> OrderEvent:
    event = read("orders/updated", payload("order", **changes))[0]
    assert isinstance(event, OrderEvent)
    return event


def test_an_order_is_read_whole() -> None:
    (event,) = read("orders/create", payload("order"))
    assert isinstance(event, OrderEvent)
    order = event.order
    assert (event.external_id, event.source, event.kind) == ("wh-1:orders/create", f"shopify:{SHOP}", "created")
    assert event.at == datetime(2026, 12, 1, 10, 0, 0, 123456, tzinfo=UTC)  # Triggered-At
    assert (order.number, order.store_id, order.status) == ("#1001", "5678901234567", OrderStatus.PAID)
    assert (order.total, order.currency, order.shipping_price) == (Decimal("204.17"), "USD", Decimal("7.00"))
    buyer = order.buyer
    assert (buyer.id, buyer.name, buyer.phone, buyer.locale) == ("7012345678901", "Jane Doe", "+12025550123", "en-US")
    assert (buyer.notify, buyer.marketing) == (("whatsapp", "sms"), ())
    assert [(line.id, line.variant, line.quantity, line.tax) for line in order.lines] == [
        (BOOTS, "42 / Black", 1, Decimal("8.17")),
        (SOCKS, "", 2, Decimal("4.40")),
    ]
    (discount,) = order.discounts
    assert (discount.code, discount.amount) == ("WELCOME15", Decimal("15.00"))
    assert (order.shipping.postcode, order.shipping.region, order.shipping.country) == ("10001", "NY", "US")


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"financial_status": "pending"}, OrderStatus.PENDING_PAYMENT),
        ({"financial_status": "authorized"}, OrderStatus.PAID),
        ({"financial_status": "partially_refunded", "fulfillment_status": "fulfilled"}, OrderStatus.FULFILLED),
        ({"fulfillment_status": "partial"}, OrderStatus.PARTIALLY_FULFILLED),
        ({"financial_status": "refunded", "fulfillment_status": "fulfilled"}, OrderStatus.REFUNDED),
        ({"financial_status": "voided"}, OrderStatus.CANCELLED),
        ({"financial_status": "refunded", "cancelled_at": "2026-12-01T11:00:00Z"}, OrderStatus.CANCELLED),
    ],
)
def test_where_an_order_stands(told: dict[str, str], status: OrderStatus) -> None:
    assert ordered(**told).order.status is status


def test_the_customer_reads_what_they_paid_in_their_own_currency() -> None:
    shown = {"shop_money": {"amount": "204.17"}, "presentment_money": {"amount": "188.20", "currency_code": "EUR"}}
    order = ordered(presentment_currency="EUR", current_total_price_set=shown).order
    assert (order.currency, order.total) == ("EUR", Decimal("188.20"))


def test_a_line_that_was_taken_out_of_the_order_is_left_out_but_stays_in_a_cancelled_one() -> None:
    lines = payload("order")["line_items"]
    lines[1]["current_quantity"] = 0
    assert [line.id for line in ordered(line_items=lines).order.lines] == [BOOTS]
    cancelled = ordered(line_items=lines, cancelled_at="2026-12-01T11:00:00Z", financial_status="refunded")
    assert len(cancelled.order.lines) == 2


def test_an_order_of_a_guest_without_address_is_read() -> None:
    order = ordered(customer=None, shipping_address=None, billing_address=None, phone=None, note_attributes=[]).order
    assert (order.buyer.id, order.buyer.email, order.buyer.phone) == ("", "jane@example.com", "")


def test_an_order_tells_of_its_parcels_and_refunds_and_leaves_out_a_cancelled_fulfilment() -> None:
    gone = payload("fulfillment", id=1, status="cancelled")
    body = payload("order", fulfillments=[payload("fulfillment"), gone], refunds=[payload("refund")])
    event, refund = read("orders/updated", body)
    assert isinstance(event, OrderEvent)
    assert isinstance(refund, RefundEvent)
    assert [each.id for each in event.order.shipments] == ["4801112223334"]
    assert refund.external_id == "refund:929361463"
    (again,) = read("refunds/create", payload("refund"), id_="wh-2")
    assert isinstance(again, RefundEvent)
    assert again.external_id == refund.external_id  # whichever comes first, it is kept once
    assert (again.refund.order_number, again.order_id) == ("", "5678901234567")
    assert (again.refund.amount, again.refund.method) == (Decimal("128.22"), "original")
    assert [(line.line_id, line.quantity) for line in again.refund.lines] == [(BOOTS, 1)]


@pytest.mark.parametrize("changed", [{"status": "pending"}, {"status": "failure"}, {"kind": "void"}])
def test_a_refund_without_money_is_none(changed: dict[str, str]) -> None:
    transaction = {**payload("refund")["transactions"][0], **changed}
    (event,) = read("refunds/create", payload("refund", transactions=[transaction]))
    assert isinstance(event, Ignored)


def test_a_fulfilment_is_a_parcel_of_the_order_that_its_name_tells() -> None:
    (event,) = read("fulfillments/create", payload("fulfillment"))
    assert isinstance(event, ShipmentEvent)
    parcel = event.shipment
    assert (event.order_number, event.order_id, event.kind) == ("#1001", "5678901234567", "created")
    assert (parcel.id, parcel.carrier, parcel.tracking_number) == ("4801112223334", "UPS", "1Z999AA10123456784")
    assert (parcel.status, parcel.lines) == (ShipmentStatus.INFO_RECEIVED, (ShippedLine(BOOTS, 1),))


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("confirmed", ShipmentStatus.PENDING),
        ("label_purchased", ShipmentStatus.INFO_RECEIVED),
        ("label_printed", ShipmentStatus.INFO_RECEIVED),
        ("carrier_picked_up", ShipmentStatus.IN_TRANSIT),
        ("in_transit", ShipmentStatus.IN_TRANSIT),
        ("delayed", ShipmentStatus.IN_TRANSIT),
        ("out_for_delivery", ShipmentStatus.OUT_FOR_DELIVERY),
        ("attempted_delivery", ShipmentStatus.ATTEMPT_FAILED),
        ("ready_for_pickup", ShipmentStatus.AVAILABLE_FOR_PICKUP),
        ("delivered", ShipmentStatus.DELIVERED),
        ("picked_up", ShipmentStatus.DELIVERED),
        ("failure", ShipmentStatus.EXCEPTION),
    ],
)
def test_each_word_of_the_carrier_is_one_of_ours(told: str, status: ShipmentStatus) -> None:
    (event,) = read("fulfillment_events/create", payload("fulfillment_event", status=told))
    assert isinstance(event, ShipmentEvent)
    assert (event.shipment.id, event.shipment.status) == ("4801112223334", status)
    assert (event.order_number, event.order_id) == ("", "5678901234567")
    assert (event.shipment.delivered_at is not None) == (status is ShipmentStatus.DELIVERED)


def test_a_scan_has_its_own_time_and_place_and_the_new_day() -> None:
    (event,) = read("fulfillment_events/create", payload("fulfillment_event"))
    assert isinstance(event, ShipmentEvent)
    (scan,) = event.shipment.events
    assert scan.time == datetime(2026, 12, 3, 12, 40, tzinfo=UTC)
    assert (scan.location, event.shipment.eta) == ("New York, NY, US", date(2026, 12, 3))


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("requested", ReturnState.REQUESTED),
        ("OPEN", ReturnState.APPROVED),
        ("declined", ReturnState.REFUSED),
        ("closed", ReturnState.COMPLETED),
        ("canceled", ReturnState.CANCELLED),
    ],
)
def test_a_return_stands_where_its_status_says(told: str, state: ReturnState) -> None:
    (event,) = read("returns/update", payload("return", status=told))
    assert isinstance(event, ReturnEvent)
    returned = event.returned
    assert (returned.id, returned.order_number, returned.state) == ("945000954", "#1001", state)
    assert [(line.line_id, line.quantity, line.reason) for line in returned.lines] == [(BOOTS, 1, "A size too small")]


def test_a_short_word_on_a_return_names_its_order_by_the_id() -> None:
    short = {"id": 945000954, "status": "closed", "order": {"id": 5678901234567}}
    (event,) = read("returns/close", short)
    assert isinstance(event, ReturnEvent)
    assert (event.returned.order_number, event.order_id) == ("", "5678901234567")


def test_a_customer_has_number_addresses_and_what_they_agreed_to() -> None:
    (event,) = read("customers/update", payload("customer"))
    assert isinstance(event, CustomerEvent)
    assert event.customer.consents == (
        ConsentWord("marketing", "sms", True, datetime(2026, 12, 1, 9, 58, 1, tzinfo=UTC)),
    )
    buyer = event.customer
    assert (buyer.id, buyer.name, buyer.email) == ("7012345678901", "Jane Doe", "jane@example.com")
    assert (buyer.marketing, buyer.notify) == ((), ("sms",))  # the words for marketing have their own time
    assert [each.line1 for each in event.facts.addresses or ()] == ["12 Elm Street"]


@pytest.mark.parametrize(
    ("topic", "name", "channel"),
    [
        ("customers_marketing_consent/update", "sms_marketing_consent", "sms"),
        ("customers_whats_app_marketing_consent/update", "whats_app_marketing_consent", "whatsapp"),
    ],
)
def test_yes_and_no_to_marketing_are_news(topic: str, name: str, channel: str) -> None:
    at = "2026-12-01T09:00:00+00:00"
    told = {"id": 7012345678901, "phone": "+12025550123", name: {"state": "subscribed", "consent_updated_at": at}}
    (event,) = read(topic, told)
    assert isinstance(event, CustomerEvent)
    assert event.customer.notify == (channel,)
    assert event.customer.consents == (ConsentWord("marketing", channel, True, datetime(2026, 12, 1, 9, tzinfo=UTC)),)
    (no,) = read(topic, {**told, name: {"state": "unsubscribed", "consent_updated_at": at}})
    assert isinstance(no, CustomerEvent)
    assert no.customer.marketing == ()
    assert no.customer.consents == (ConsentWord("marketing", channel, False, datetime(2026, 12, 1, 9, tzinfo=UTC)),)
    (nothing,) = read(topic, {**told, name: {"state": "not_subscribed", "consent_updated_at": None}})
    assert isinstance(nothing, Ignored)


@pytest.mark.parametrize(
    ("topic", "status", "kind"),
    [
        ("disputes/create", "needs_response", "opened"),
        ("disputes/update", "under_review", "changed"),
        ("disputes/update", "won", "won"),
        ("disputes/update", "lost", "lost"),
    ],
)
def test_a_dispute_names_its_order_the_sum_and_the_day(topic: str, status: str, kind: str) -> None:
    (event,) = read(topic, payload("dispute", status=status))
    assert isinstance(event, DisputeEvent)
    assert (event.kind, event.order_id, event.amount, event.currency) == (kind, "5678901234567", "128.22", "USD")
    assert (event.reason, event.due) == ("product_not_received", "2026-12-20")


def test_a_shop_that_wants_all_its_data_removed_is_told_of() -> None:
    (event,) = read("shop/redact", {"shop_id": 954889, "shop_domain": "northwind.myshopify.com"})
    assert isinstance(event, ConnectionEvent)
    assert event.kind == "redact"


def test_two_customers_become_one_when_the_merge_is_complete() -> None:
    (event,) = read("customers/merge", payload("merge"))
    assert isinstance(event, MergeEvent)
    assert (event.kept_id, event.gone_id) == ("7012345678901", "7012345678999")
    (failed,) = read("customers/merge", payload("merge", status="failed"))
    assert isinstance(failed, Ignored)


@pytest.mark.parametrize(("topic", "kind"), [("customers/redact", "erase"), ("customers/data_request", "export")])
def test_what_the_law_asks_for_names_the_customer_by_id_alone(topic: str, kind: str) -> None:
    (event,) = read(topic, payload("privacy"))
    assert isinstance(event, PrivacyEvent)
    assert (event.kind, event.customer_id) == (kind, "7012345678901")


def test_a_product_has_its_variants_options_and_stock() -> None:
    (event,) = read("products/update", payload("product"))
    assert isinstance(event, ProductEvent)
    product = event.product
    assert (product.title, product.options, product.tags) == ("Leather Boots", ("Size", "Colour"), ("boots", "winter"))
    assert product.description == "Full-grain leather, waterproof & warm."
    assert product.url == f"https://{SHOP}/products/leather-boots"
    assert [(each.sku, each.options, each.stock) for each in product.variants] == [
        ("BOOT-42-BLK", {"Size": "42", "Colour": "Black"}, 3),
        ("BOOT-43-BLK", {"Size": "43", "Colour": "Black"}, None),  # sold on, however many there are
    ]


def test_a_draft_cannot_be_had() -> None:
    (event,) = read("products/update", payload("product", status="draft"))
    assert isinstance(event, ProductEvent)
    assert {each.stock for each in event.product.variants} == {0}


@pytest.mark.parametrize(
    ("topic", "body", "expected"),
    [
        ("products/delete", {"id": 8101112131415}, ("8101112131415", "", 0)),
        ("variants/out_of_stock", payload("variant"), ("8101112131415", "45111213141516", 0)),
        ("variants/in_stock", payload("variant", inventory_quantity=4), ("8101112131415", "45111213141516", 4)),
        ("variants/in_stock", payload("variant"), ("8101112131415", "45111213141516", None)),
    ],
)
def test_stock_is_told_by_ids(topic: str, body: dict[str, Any], expected: tuple[str, str, int | None]) -> None:
    (event,) = read(topic, body)
    assert isinstance(event, StockLevelEvent)
    assert (event.product_id, event.variant_id, event.stock) == expected


def test_the_end_of_the_connection_is_news() -> None:
    (event,) = read("app/uninstalled", {"id": 12345678, "domain": "northwind.example"})
    assert isinstance(event, ConnectionEvent)


@pytest.mark.parametrize("topic", ["orders/edited", "themes/publish", ""])
def test_another_topic_is_kept_without_its_words(topic: str) -> None:
    (event,) = read(topic, {"order_edit": {"id": 1}, "email": "jane@example.com"})
    assert isinstance(event, Ignored)
    assert event.data is None


def test_the_next_generation_of_events_is_known_by_its_body() -> None:
    sent = webhook("", {"topic": "Order", "action": "update", "fields_changed": ["note"]}, prefix="shopify-")
    (event,) = parse(sent, NOW)
    assert isinstance(event, Ignored)
    assert event.kind == "shopify Order"


def test_a_clock_that_is_ahead_makes_no_news_of_the_future() -> None:
    (event,) = read("orders/create", payload("order"), at="2027-01-01T00:00:00Z")
    assert event.at == NOW


def test_without_an_id_the_same_bytes_are_the_same_webhook() -> None:
    first, second = (read("orders/create", payload("order"), id_="")[0] for _ in range(2))
    other = read("orders/create", payload("order", note="x"), id_="")[0]
    assert first.external_id == second.external_id != other.external_id


def kept(topic: str, body: dict[str, Any]) -> int:
    """Counts what is kept of a webhook: its events, or the faults that are told."""
    try:
        return len(read(topic, body))
    except MalformedPayload as error:
        return len(error.errors)


@pytest.mark.parametrize("topic", sorted(TOPICS))
@pytest.mark.parametrize("body", [{}, {"id": None, "name": 5, "line_items": 3, "customer": "x", "status": ["open"]}])
def test_nonsense_that_is_signed_is_kept(topic: str, body: dict[str, Any]) -> None:
    assert kept(topic, body)


@pytest.mark.parametrize("topic", [topic for topic in sorted(TOPICS) if topic.split("/")[0] in FIRST])
@pytest.mark.parametrize("value", [None, [], {}, "", -1, [{}]], ids=repr)
def test_every_value_may_be_another(topic: str, value: Any) -> None:
    body = payload(FIRST[topic.split("/", maxsplit=1)[0]])
    assert all(kept(topic, {**body, name: value}) for name in body)
