"""What was not told is fetched, in parts that Shopify's limit of cost allows, and is what a webhook would have said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.shop.orders import ShipmentStatus
from core.shop.returns import ReturnState
from core.shop.store_events import CustomerEvent, OrderEvent, ProductEvent, RefundEvent, ReturnEvent
from sandbox.platforms.shopify.cost import MOST, cost_of
from tests.adapters.shops.shopify.actions.acting import ADDRESS, Acting, acting, line, sent
from tests.adapters.shops.shopify.documents import documents

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
SINCE = datetime.now(UTC) - timedelta(minutes=5)
_NULLS = ("email", "phone", "customerLocale", "billingAddress")
WHOLE: dict[str, Any] = {
    **dict.fromkeys(_NULLS),
    "statusPageUrl": "https://northwind.example/orders/1",
    "paymentGatewayNames": ["shopify_payments"],
    "customAttributes": [],
    "customer": None,
    "shippingAddress": {**ADDRESS, "firstName": "Jane", "lastName": "Doe", "name": "Jane Doe", "phone": None},
    "discountApplications": {"nodes": []},
}


@pytest.mark.parametrize("name", sorted(documents()))
def test_no_document_costs_more_than_one_may(name: str) -> None:
    assert cost_of(documents()[name]) <= MOST


def test_order_with_more_lines_than_a_page_is_read_whole() -> None:
    async def scenario(act: Acting) -> None:
        lines = [line(f"gid://shopify/LineItem/{n}", n) for n in range(100, 230)]
        await act.have(**{**WHOLE, "lineItems": {"nodes": lines}})
        (event,) = await act.connection.missed(SINCE)
        assert isinstance(event, OrderEvent)
        assert [each.id for each in event.order.lines] == [str(n) for n in range(100, 230)]
        assert event.order.shipping.city == "New York"

    acting(scenario)


def test_parcels_refunds_and_returns_come_with_the_order() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**{**WHOLE, **sent()})
        wish = {"id": "R1001-1", "resolution": "refund", "lines": [{"line_id": "11", "reason": "size_small"}]}
        await act.ask("return.create", **{"return": wish})
        await act.place.api("shopify/people", {"order": "#1001", "do": "refund", "amount": "20.00"})
        found = await act.connection.missed(SINCE)
        (order,) = [each for each in found if isinstance(each, OrderEvent)]
        assert [each.status for each in order.order.shipments] == [ShipmentStatus.DELIVERED]
        (refund,) = [each for each in found if isinstance(each, RefundEvent)]
        assert str(refund.refund.amount) == "20.00"
        (back,) = [each for each in found if isinstance(each, ReturnEvent)]
        assert (back.returned.state, back.order_id, back.returned.order_number) == (
            ReturnState.APPROVED,
            "1001",
            "#1001",
        )
        assert [(each.line_id, each.quantity, each.reason) for each in back.returned.lines] == [("11", 1, "size small")]
        again = await act.connection.missed(SINCE)
        assert [each.external_id for each in again] == [each.external_id for each in found]

    acting(scenario)


def customer(number: int, state: str) -> dict[str, Any]:
    """Makes a customer."""
    consent = {"state": state, "updatedAt": NOW.isoformat()}
    return {
        "id": f"gid://shopify/Customer/{number}",
        "updatedAt": datetime.now(UTC).isoformat(),
        "firstName": "Jane",
        "lastName": "Doe",
        "defaultEmailAddress": {"emailAddress": "jane@example.com"},
        "defaultPhoneNumber": {
            "phoneNumber": "+12025550123",
            "smsMarketingConsent": consent,
            "whatsAppMarketingConsent": {"state": "NEVER_SUBSCRIBED", "updatedAt": None},
        },
        "defaultAddress": None,
        "addressesV2": {"nodes": []},
    }


def test_customers_come_with_what_they_agreed_to() -> None:
    async def scenario(act: Acting) -> None:
        listed = [customer(number, "SUBSCRIBED") for number in range(1, 6)]
        await act.place.api("shopify/customers", {"customers": listed})
        found = await act.connection.missed(SINCE)
        told = [each for each in found if isinstance(each, CustomerEvent)]
        assert [each.customer.id for each in told] == ["1", "2", "3", "4", "5"]
        assert (told[0].customer.name, told[0].customer.notify) == ("Jane Doe", ("sms",))
        assert [(each.channel, each.granted) for each in told[0].customer.consents] == [("sms", True)]

    acting(scenario)


def test_products_come_with_all_their_variants() -> None:
    async def scenario(act: Acting) -> None:
        variants = [
            {
                "id": f"gid://shopify/ProductVariant/{number}",
                "sku": f"B-{number}",
                "price": "60.00",
                "inventoryQuantity": 3,
                "inventoryPolicy": "DENY",
                "selectedOptions": [{"name": "Size", "value": str(number)}],
                "inventoryItem": {"tracked": number % 2 == 0},
            }
            for number in range(300)
        ]
        boots = {
            "id": "gid://shopify/Product/21",
            "updatedAt": datetime.now(UTC).isoformat(),
            "title": "Boots",
            "descriptionHtml": "<p>Warm</p>",
            "handle": "boots",
            "status": "ACTIVE",
            "tags": ["winter"],
            "options": [{"name": "Size", "position": 1}],
            "featuredMedia": None,
            "variants": {"nodes": variants},
        }
        await act.place.api("shopify/products", {"products": [boots]})
        (event,) = await act.connection.missed(SINCE)
        assert isinstance(event, ProductEvent)
        assert (event.product.title, event.product.description, len(event.product.variants)) == ("Boots", "Warm", 300)
        first, second = event.product.variants[:2]
        assert (first.options, first.stock, second.stock) == ({"Size": "0"}, 3, None)

    acting(scenario)


def test_what_the_app_may_not_see_is_left_out() -> None:
    async def scenario(act: Acting) -> None:
        await act.have(**{**WHOLE, **sent()})
        await act.place.api("shopify/customers", {"customers": [customer(1, "SUBSCRIBED")]})
        await act.place.api("shopify/scopes", {"scopes": ["read_orders"]})
        assert {type(each) for each in await act.connection.missed(SINCE)} == {OrderEvent}

    acting(scenario)
