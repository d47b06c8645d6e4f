"""Tests what becomes of each webhook of WooCommerce, and of each plugin's way to keep a tracking number."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.channels import registry
from adapters.shops.woocommerce.inbound import parcels
from adapters.shops.woocommerce.inbound.orders import order_data
from adapters.shops.woocommerce.inbound.parse import parse
from adapters.shops.woocommerce.inbound.refunds import refunded
from core.errors import MalformedPayload
from core.people.consent import ConsentWord
from core.shop.orders import Order, OrderStatus, ShipmentStatus
from core.shop.store_events import (
    ConnectionEvent,
    CustomerEvent,
    Ignored,
    OrderEvent,
    ProductEvent,
    ShipmentEvent,
    StockLevelEvent,
    StoreEvent,
)
from tests.adapters.shops.woocommerce.payloads import SOURCE, payload, read, webhook, with_meta

NOW = datetime(2026, 12, 1, 10, 0, 30, tzinfo=UTC)


def parsed(topic: str, body: Any, now: datetime = NOW, delivery: str = "d-1") -> list[StoreEvent | Ignored]:
    return parse(webhook(topic, body, delivery), now, SOURCE)


def order_of(**changes: Any) -> Order:
    event = parsed("order.updated", payload("order", **changes))[0]
    assert isinstance(event, OrderEvent)
    return event.order


def test_an_order_with_all_that_it_says() -> None:
    (event,) = parsed("order.created", payload("order"))
    assert isinstance(event, OrderEvent)
    assert (event.kind, event.source) == ("created", SOURCE)
    assert event.at == datetime(2026, 12, 1, 10, 0, 8, tzinfo=UTC)
    order = event.order
    assert (order.number, order.store_id, order.status) == ("727", "727", OrderStatus.PAID)
    assert order.placed_at == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert (order.total, order.currency) == (Decimal("170.40"), "USD")
    assert (order.shipping_method, order.shipping_price) == ("Flat Rate", Decimal("10.80"))
    assert (order.payment.method, order.payment.status) == ("Credit card", "paid")
    assert [(each.code, each.amount) for each in order.discounts] == [("welcome", Decimal("9.80"))]
    assert (order.shipping.line1, order.shipping.postcode, order.shipping.country) == ("1 Mill Lane", "LS1 1AA", "GB")
    assert (order.buyer.id, order.buyer.name, order.buyer.email) == ("26", "Jane Doe", "jane@example.com")
    assert order.buyer.phone == "+12025550123"  # by the country that is billed, not by the one it goes to
    assert (order.buyer.notify, order.buyer.marketing) == (("whatsapp", "sms"), ())
    boots, cup = order.lines
    assert (boots.id, boots.title, boots.variant) == ("315", "Trail boots", "Black / 42")
    assert boots.options == {"Color": "Black", "Size": "42"}
    assert (boots.product_id, boots.variant_id, boots.unit_price) == ("93", "112", Decimal("129.80"))
    assert boots.tax == Decimal("10.60")
    assert (cup.title, cup.quantity, cup.unit_price, cup.variant_id) == ("Cup & saucer", 2, Decimal("13.50"), "22")
    assert order.invoice_url == ""


def test_what_the_customer_paid_adds_up() -> None:
    order = order_of()
    goods = sum((line.unit_price * line.quantity + line.tax for line in order.lines), Decimal(0))
    assert goods - sum(each.amount for each in order.discounts) + order.shipping_price == order.total


def test_prices_that_include_tax_are_told_as_the_customer_saw_them() -> None:
    order = order_of(prices_include_tax=True)
    assert [line.unit_price for line in order.lines] == [Decimal("141.20"), Decimal("14.50")]
    assert [line.tax for line in order.lines] == [0, 0]
    assert order.discounts[0].amount == Decimal("10.60")


@pytest.mark.parametrize(
    ("status", "paid", "known"),
    [
        ("pending", None, OrderStatus.PENDING_PAYMENT),
        ("on-hold", None, OrderStatus.PENDING_PAYMENT),
        ("on-hold", "2026-12-01T10:00:08", OrderStatus.PAID),
        ("failed", None, OrderStatus.PENDING_PAYMENT),
        ("processing", None, OrderStatus.PAID),  # to be paid at the door
        ("completed", "2026-12-01T10:00:08", OrderStatus.FULFILLED),
        ("cancelled", None, OrderStatus.CANCELLED),
        ("refunded", "2026-12-01T10:00:08", OrderStatus.REFUNDED),
        ("partial-shipped", "2026-12-01T10:00:08", OrderStatus.PARTIALLY_FULFILLED),
        ("engraving", "2026-12-01T10:00:08", OrderStatus.PAID),
        ("engraving", None, OrderStatus.PENDING_PAYMENT),
    ],
)
def test_each_status(status: str, paid: str | None, known: OrderStatus) -> None:
    assert order_of(status=status, date_paid_gmt=paid).status is known


@pytest.mark.parametrize("status", ["checkout-draft", "auto-draft", "trash"])
def test_what_nobody_ordered_is_no_order(status: str) -> None:
    (kept,) = parsed("order.created", payload("order", status=status))
    assert isinstance(kept, Ignored)
    assert kept.data is None


def test_an_order_that_waits_for_its_payment_has_the_page_to_pay() -> None:
    order = order_of(status="pending", date_paid_gmt=None)
    assert order.invoice_url.startswith("https://shop.example/checkout/order-pay/727/")
    assert order.payment.status == "pending"
    assert order_of(status="failed", date_paid_gmt=None).payment.status == "failed"


def test_a_guest_a_sequential_number_and_a_fee_below_zero() -> None:
    fee = {"id": 320, "name": "Early bird", "total": "-5.00", "total_tax": "0.00"}
    order = order_of(customer_id=0, number="GB-10727", fee_lines=[fee, {"id": 321, "name": "Wrap", "total": "2.00"}])
    assert (order.buyer.id, order.number, order.store_id) == ("", "GB-10727", "727")
    assert [(each.title, each.code, each.amount) for each in order.discounts] == [
        ("", "welcome", Decimal("9.80")),
        ("Early bird", "", Decimal("5.00")),
    ]


def test_cloth_by_the_metre_and_a_price_in_parts() -> None:
    line = {**payload("order")["line_items"][1], "quantity": 1.5, "subtotal": "20.25"}
    third = {**line, "id": 9, "quantity": 3, "subtotal": "10.00"}
    order = order_of(line_items=[line, third, {**line, "id": 10, "quantity": 0}])
    assert [(each.quantity, each.unit_price) for each in order.lines] == [(1, Decimal("20.25")), (3, Decimal("3.3333"))]


@given(st.decimals(min_value=0, max_value=10_000, places=2), st.integers(min_value=1, max_value=500), st.booleans())
def test_no_price_of_a_piece_is_off_by_more_than_it_must(subtotal: Decimal, quantity: int, gross: bool) -> None:
    line = {**payload("order")["line_items"][1], "quantity": quantity, "subtotal": str(subtotal), "subtotal_tax": "0"}
    (told,) = order_data(payload("order", line_items=[line], prices_include_tax=gross))["lines"]
    assert abs(Decimal(told["unit_price"]) * quantity - subtotal) <= Decimal("0.00005") * quantity


def test_two_orders_of_one_second_are_two_events() -> None:
    one, other = (parsed("order.updated", payload("order", id=id_))[0] for id_ in (1, 2))
    again = parsed("order.updated", payload("order", id=1))[0]
    assert one.external_id != other.external_id
    assert one.external_id == again.external_id
    assert parsed("order.created", payload("order", id=1))[0].external_id != one.external_id


def test_a_clock_that_is_ahead_does_not_make_the_next_news_old() -> None:
    event = parsed("order.updated", payload("order", date_modified_gmt="2027-01-01T00:00:00"))[0]
    assert event.at == NOW


def test_parcels_of_a_tracking_plugin() -> None:
    body = with_meta(payload("order", status="completed"), _wc_shipment_tracking_items=read("tracking_items"))
    order, ups, dropp = parsed("order.updated", body)
    assert isinstance(order, OrderEvent)
    assert isinstance(ups, ShipmentEvent)
    assert isinstance(dropp, ShipmentEvent)
    assert (ups.order_number, ups.shipment.id) == ("727", "4cb42d4b8d2ff7c4d2e3b8a7c5f10d61")
    assert (ups.shipment.carrier, ups.shipment.status) == ("UPS", ShipmentStatus.IN_TRANSIT)
    assert ups.shipment.tracking_url == "https://www.ups.com/track?tracknum=1Z999AA10123456784"
    assert (dropp.shipment.carrier, dropp.shipment.status) == ("Dropp", ShipmentStatus.INFO_RECEIVED)
    assert dropp.shipment.tracking_url == "https://dropp.example/track/DR157XBLJS584"
    assert [(each.line_id, each.quantity) for each in dropp.shipment.lines] == [("316", 2)]


def test_a_parcel_is_one_event_whatever_else_changes_in_its_order() -> None:
    items = {"0": read("tracking_items")[0]}  # PHP's list with a gap
    first = parsed("order.updated", with_meta(payload("order"), _wc_shipment_tracking_items=items))[1]
    later = with_meta(payload("order", date_modified_gmt="2026-12-01T10:00:20"), _wc_shipment_tracking_items=items)
    assert parsed("order.updated", later, delivery="d-2")[1].external_id == first.external_id


def test_a_parcel_that_was_added_without_a_change_of_the_order_is_news_of_its_day() -> None:
    body = with_meta(
        payload("order", date_modified_gmt="2026-11-25T10:00:00"),
        _wc_shipment_tracking_items=[{**read("tracking_items")[0], "date_shipped": "1796083200"}],  # 1 December
    )
    order, parcel = parsed("order.updated", body)
    assert (order.at.day, parcel.at) == (25, NOW)
    old = [{**read("tracking_items")[0], "date_shipped": "1795651200"}]  # 26 November
    late = parsed(
        "order.updated", with_meta(payload("order", date_modified_gmt="2026-11-25T10:00:00"), **{parcels.TRACKED: old})
    )[1]
    assert late.at == datetime(2026, 11, 27, tzinfo=UTC)


def test_the_carriers_words_by_trackship_and_an_order_that_was_marked_delivered() -> None:
    items = read("tracking_items")[:1]
    body = with_meta(payload("order"), _wc_shipment_tracking_items=items, shipment_status=read("trackship"))
    now = datetime(2026, 12, 3, 9, tzinfo=UTC)
    out = parsed("order.updated", body, now)[1]
    assert isinstance(out, ShipmentEvent)
    assert (out.shipment.status, out.shipment.eta) == (ShipmentStatus.OUT_FOR_DELIVERY, date(2026, 12, 3))
    assert out.at == datetime(2026, 12, 3, 8, 10, tzinfo=UTC)
    arrived = parsed("order.updated", with_meta(payload("order", status="delivered"), **{parcels.TRACKED: items}), now)[
        1
    ]
    assert isinstance(arrived, ShipmentEvent)
    assert arrived.shipment.status is ShipmentStatus.DELIVERED
    assert arrived.shipment.delivered_at == datetime(2026, 12, 1, 10, 0, 8, tzinfo=UTC)


def test_fulfilments_of_the_core() -> None:
    (event,) = parcels.fulfilled(SOURCE, payload("order"), read("fulfillments"), datetime(2026, 12, 3, tzinfo=UTC))
    parcel = event.shipment
    assert (parcel.id, parcel.status, parcel.carrier) == ("fulfillment:1", ShipmentStatus.IN_TRANSIT, "UPS")
    assert [(each.line_id, each.quantity) for each in parcel.lines] == [("315", 1)]
    assert event.at == datetime(2026, 12, 2, 10, 30, tzinfo=UTC)


def test_what_the_address_of_a_plugin_answers() -> None:
    (event,) = parcels.told_by(SOURCE, payload("order"), read("tracking_answer"), NOW)
    assert (event.shipment.carrier, event.shipment.status) == ("UPS", ShipmentStatus.IN_TRANSIT)
    assert event.shipment.tracking_url.startswith("https://www.ups.com/")


def test_where_the_shop_knows_more_it_is_asked() -> None:
    refunded_order = payload("order", refunds=[{"id": 726, "reason": "", "total": "-13.50"}])
    for body in (refunded_order, with_meta(payload("order"), _fulfillment_status="fulfilled")):
        look = parsed("order.updated", body)[-1]
        assert isinstance(look, ConnectionEvent)
        assert (look.kind, look.source) == ("look", SOURCE)


def test_a_refund_has_its_own_id_and_time() -> None:
    later = datetime(2026, 12, 5, tzinfo=UTC)
    (event,) = refunded(SOURCE, payload("order", number="GB-1"), [*read("refunds"), {"id": 9, "amount": "x"}], later)
    assert (event.external_id, event.at) == ("refund:726", datetime(2026, 12, 3, 10, tzinfo=UTC))
    assert (event.refund.order_number, event.refund.amount, event.refund.currency) == ("GB-1", Decimal("13.50"), "USD")
    assert [(line.line_id, line.quantity) for line in event.refund.lines] == [("316", 1)]


def test_a_customer_takes_back_what_they_agreed_to() -> None:
    at = datetime(2026, 12, 2, tzinfo=UTC)

    def said(**more: str) -> tuple[ConsentWord, ...]:
        (event,) = parsed("customer.updated", with_meta({**payload("customer"), "meta_data": []}, **more), at)
        assert isinstance(event, CustomerEvent)
        assert not event.customer.marketing
        return event.customer.consents

    assert said(order_offers="None") == tuple(ConsentWord("marketing", each, False) for each in registry.lines())
    assert {each.purpose for each in said(order_updates="none", order_offers="none")} == {"service", "marketing"}
    assert said(order_offers="") == said() == ()


def test_a_customer() -> None:
    (event,) = parsed("customer.updated", payload("customer"), datetime(2026, 12, 2, tzinfo=UTC))
    assert isinstance(event, CustomerEvent)
    assert (event.customer.id, event.customer.name, event.customer.phone) == ("26", "Jane Doe", "+12025550123")
    assert (event.customer.marketing, event.customer.notify) == (("whatsapp",), ("whatsapp",))
    assert event.customer.locale == "en_US"
    assert [place.city for place in event.facts.addresses or ()] == ["Leeds", "San Francisco"]


def test_products() -> None:
    (event,) = parsed("product.updated", payload("product"))
    assert isinstance(event, ProductEvent)
    assert (event.product.title, event.product.description) == ("Cup & saucer", "Stoneware, fired twice .")
    (variant,) = event.product.variants
    assert (variant.id, variant.price, variant.stock) == ("22", Decimal("13.50"), 7)
    (look,) = parsed("product.updated", payload("product_variable"))
    assert isinstance(look, ConnectionEvent)
    (level,) = parsed("product.updated", read("variations")[1])
    assert isinstance(level, StockLevelEvent)
    assert (level.product_id, level.variant_id, level.stock) == ("93", "113", 0)
    (gone,) = parsed("product.deleted", {"id": 22})
    assert isinstance(gone, StockLevelEvent)
    assert (gone.product_id, gone.variant_id, gone.stock) == ("22", "", 0)


@pytest.mark.parametrize(
    "topic", ["order.deleted", "customer.deleted", "coupon.created", "action.woocommerce_add_to_cart", ""]
)
def test_what_is_no_news_is_kept_without_its_content(topic: str) -> None:
    (kept,) = parsed(topic, {"id": 727, "email": "jane@example.com"})
    assert isinstance(kept, Ignored)
    assert (kept.kind, kept.data) == (f"woocommerce {topic}".strip(), None)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"{", "$"),
        (b"[]", "$"),
        (b"webhook_id=12", "$"),
        (b'{"id": 1}', "$.placed_at"),
        ("x" * 10, "$"),
    ],
)
def test_what_cannot_be_read_is_named(body: Any, path: str) -> None:
    with pytest.raises(MalformedPayload) as caught:
        parsed("order.updated", body)
    assert caught.value.path == path


@pytest.mark.parametrize("field", ["total", "date_created_gmt", "currency"])
def test_a_field_that_an_order_cannot_be_without(field: str) -> None:
    with pytest.raises(MalformedPayload):
        parsed("order.updated", payload("order", **{field: None}))


def test_one_parcel_that_a_plugin_wrote_badly_does_not_hold_up_the_order() -> None:
    bad = [{"tracking_number": "9" * 2000}, {"tracking_number": ""}, "x", read("tracking_items")[0]]
    events = parsed("order.updated", with_meta(payload("order"), _wc_shipment_tracking_items=bad))
    assert [type(each) for each in events] == [OrderEvent, ShipmentEvent]


def test_a_carrier_by_the_short_name_of_a_plugin_has_its_name_and_page() -> None:
    item = {"tracking_number": "A 1/2", "tracking_provider": "bpost"}
    parcel = parcels.tracked(item, {"shipping": {"postcode": "10 001"}}, {})
    assert parcel is not None
    assert parcel["carrier"] == "bpost"
    assert parcel["tracking_url"].endswith("itemCode=A%201%2F2&postalCode=10%20001")
    unknown = parcels.tracked(item | {"tracking_provider": "my-van"}, {}, {})
    assert unknown is not None
    assert (unknown["carrier"], unknown["tracking_url"]) == ("my-van", "")
