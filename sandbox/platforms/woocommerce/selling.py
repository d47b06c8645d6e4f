"""Places an order as a customer at the checkout does."""

from decimal import Decimal
from typing import Any

from sandbox.platforms.woocommerce.shop import Shop

Json = dict[str, Any]
BOOTS: Json = {"title": "Leather boots", "price": "60.00"}
ADDRESS = {"address_1": "12 Elm St", "city": "New York", "state": "NY", "postcode": "10001", "country": "US"}


def placed(shop: Shop, told: Json) -> Json:
    """Makes an order of somebody with this `phone` that is not paid yet."""
    id_, (first, _, last) = shop.new_id(), str(told.get("customer") or "Jane Doe").partition(" ")
    named = {**ADDRESS, "first_name": first, "last_name": last}
    lines = [_line(shop, each) for each in told.get("items") or [BOOTS]]
    total = sum((Decimal(each["total"]) for each in lines), Decimal(0))
    return {
        "id": id_,
        "number": str(id_),
        "status": "pending",
        "currency": "USD",
        "prices_include_tax": True,
        "date_created": shop.now(),
        "date_created_gmt": shop.now(),
        "date_paid_gmt": None,
        "total": f"{total:.2f}",
        "total_tax": "0.00",
        "discount_total": "0.00",
        "shipping_total": "0.00",
        "customer_id": shop.new_id(),
        "billing": {**named, "email": f"customer{id_}@example.com", "phone": str(told["phone"])},
        "shipping": {**named, "phone": ""},
        "payment_method": "stripe",
        "payment_method_title": "Credit card",
        "meta_data": [{"key": "order_updates", "value": told["order_updates"]}] if told.get("order_updates") else [],
        "line_items": lines,
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
        "coupon_lines": [],
        "payment_url": f"https://shop.example/checkout/order-pay/{id_}/",
    }


def _line(shop: Shop, told: Json) -> Json:
    quantity, price = int(told.get("quantity") or 1), Decimal(str(told.get("price") or BOOTS["price"]))
    total = f"{price * quantity:.2f}"
    return {
        "id": shop.new_id(),
        "name": str(told["title"]),
        "product_id": shop.new_id(),
        "variation_id": 0,
        "quantity": quantity,
        "subtotal": total,
        "subtotal_tax": "0.00",
        "total": total,
        "total_tax": "0.00",
        "sku": str(told.get("sku") or ""),
        "price": float(price),
        "meta_data": [],
    }
