"""Sells: an order is placed, paid and sent, and its carrier says where the parcel is.

https://shopify.dev/docs/api/admin-rest/latest/resources/fulfillmentevent has the carrier's words.
"""

from decimal import Decimal

from sandbox.platforms.shopify import rest
from sandbox.platforms.shopify.money import amount_of, bag
from sandbox.platforms.shopify.shop import Json, Shop, nodes, number_of

CURRENCY = "USD"
BOOTS: Json = {"title": "Leather boots", "price": "60.00"}
ADDRESS = {"address1": "12 Elm St", "city": "New York", "zip": "10001", "provinceCode": "NY", "countryCodeV2": "US"}
ARRIVED = ("delivered", "picked_up")


def place(shop: Shop, told: Json) -> Json:
    """Places an order of somebody with this `phone` that is not paid yet."""
    first, _, last = str(told.get("customer") or "Jane Doe").partition(" ")
    number = shop.new_number()
    lines = [_line(shop, each) for each in told.get("items") or [BOOTS]]
    total = bag(
        sum((amount_of(each["originalUnitPriceSet"]) * each["quantity"] for each in lines), Decimal(0)), CURRENCY
    )
    updates = told.get("order_updates")
    order: Json = {
        "id": shop.new_id("Order"),
        "name": number,
        "createdAt": shop.now(),
        "displayFinancialStatus": "PENDING",
        "displayFulfillmentStatus": "UNFULFILLED",
        "currencyCode": CURRENCY,
        "presentmentCurrencyCode": CURRENCY,
        "taxesIncluded": True,
        "email": f"customer{number[1:]}@example.com",
        "phone": str(told["phone"]),
        "customerLocale": str(told.get("locale") or "en"),
        "statusPageUrl": f"https://{shop.domain}/orders/{number[1:]}/authenticate",
        "customAttributes": [{"key": "order_updates", "value": str(updates)}] if updates else [],
        "currentTotalPriceSet": total,
        "totalPriceSet": total,
        "shippingAddress": {**ADDRESS, "firstName": first, "lastName": last},
        "customer": {"id": shop.new_id("Customer"), "firstName": first, "lastName": last},
        "lineItems": {"nodes": lines},
        "fulfillments": [],
        "refunds": [],
    }
    shop.orders[order["id"]] = order
    return _changed(shop, order, "orders/create")


def pay(shop: Shop, order: Json, _told: Json) -> Json:
    """Pays it, by card."""
    if order["displayFinancialStatus"] != "PENDING":
        raise ValueError(f"{order['name']} is paid")
    order["displayFinancialStatus"] = "PAID"
    order.pop("transactions", None)  # sandbox.platforms.shopify.money makes the payment
    return _changed(shop, order, "orders/paid", "orders/updated")


def ship(shop: Shop, order: Json, told: Json) -> Json:
    """Sends all that has not left, by `carrier`, with the tracking `number`."""
    left = [each for each in nodes(order, "lineItems") if each["unfulfilledQuantity"]]
    if not left:
        raise ValueError(f"all of {order['name']} has left")
    number = str(told.get("number") or f"1Z999AA1{number_of(order['id'])[-10:]}")
    parcel = {
        "id": shop.new_id("Fulfillment"),
        "status": "SUCCESS",
        "displayStatus": "FULFILLED",
        "updatedAt": shop.now(),
        "trackingInfo": [
            {
                "company": str(told.get("carrier") or "UPS"),
                "number": number,
                "url": f"https://www.ups.com/track?tracknum={number}",
            }
        ],
        "fulfillmentLineItems": {
            "nodes": [{"quantity": each["unfulfilledQuantity"], "lineItem": {"id": each["id"]}} for each in left]
        },
    }
    for each in left:
        each["unfulfilledQuantity"] = 0
    order["fulfillments"].append(parcel)
    order["displayFulfillmentStatus"] = "FULFILLED"
    shop.told.append(("fulfillments/create", rest.parcel(parcel, order)))
    _changed(shop, order, "orders/fulfilled", "orders/updated")
    return {"id": parcel["id"], "number": number}


def scan(shop: Shop, order: Json, told: Json) -> Json:
    """Lets the carrier say where the last parcel is: `status` in Shopify's words, like out_for_delivery."""
    if not order["fulfillments"]:
        raise ValueError(f"nothing of {order['name']} has left")
    parcel, status = order["fulfillments"][-1], str(told["status"])
    parcel["displayStatus"], parcel["updatedAt"] = status.upper(), shop.now()
    shop.told.append(("fulfillment_events/create", rest.scan(shop.new_id("FulfillmentEvent"), status, parcel, order)))
    if status in ARRIVED:
        shop.told.append(("fulfillments/update", rest.parcel(parcel, order)))
    shop.changed(order)
    return {"id": parcel["id"]}


def _changed(shop: Shop, order: Json, *topics: str) -> Json:
    """Notes that an order changed, and lets webhooks of these topics say how it stands."""
    shop.changed(order)
    shop.told += [(topic, rest.order(order)) for topic in topics]
    return {"id": order["id"], "order": order["name"]}


def _line(shop: Shop, told: Json) -> Json:
    quantity = int(told.get("quantity") or 1)
    return {
        "id": shop.new_id("LineItem"),
        "title": str(told["title"]),
        "sku": str(told.get("sku") or ""),
        "variantTitle": told.get("variant"),
        "quantity": quantity,
        "currentQuantity": quantity,
        "unfulfilledQuantity": quantity,
        "originalUnitPriceSet": bag(Decimal(str(told.get("price") or BOOTS["price"])), CURRENCY),
        "product": {"id": shop.new_id("Product")},
        "variant": {"id": shop.new_id("ProductVariant")},
        "taxLines": [],
        "discountAllocations": [],
    }
