"""Translates an order's lines, and what was taken off its price.

Totals of a line are without tax, whatever the shop shows; where its prices include tax the customer saw both together.
"""

from decimal import Decimal
from typing import Any

from adapters.shops.values import Json, decimal, objects, text
from adapters.shops.woocommerce.inbound.values import id_of, plain, priced

MOST_OPTIONS = 20


def lines(order: Json) -> list[Json]:
    """Translates all lines that there is something of."""
    is_gross = order.get("prices_include_tax") is True
    return [
        _line(each, is_gross=is_gross) for each in objects(order.get("line_items")) if decimal(each.get("quantity"))
    ]


def discounts(order: Json) -> list[Json]:
    """Translates coupons, and fees below zero: what a plugin takes off."""
    is_gross = order.get("prices_include_tax") is True
    found = [
        {"code": each.get("code"), "amount": priced(_both(each, "discount", "discount_tax", is_gross=is_gross))}
        for each in objects(order.get("coupon_lines"))
    ]
    for fee in objects(order.get("fee_lines")):
        amount = _both(fee, "total", "total_tax", is_gross=is_gross)
        if amount < 0:
            found.append({"title": plain(fee.get("name")), "amount": priced(-amount)})
    return found[:100]


def shipping_price(order: Json) -> str:
    """Returns what the delivery costs, with its tax."""
    return priced(max(decimal(order.get("shipping_total")) + decimal(order.get("shipping_tax")), Decimal(0)))


def _line(told: Json, *, is_gross: bool) -> Json:
    quantity = counted(told.get("quantity"))
    options = _options(told)
    product, variation = id_of(told.get("product_id")), id_of(told.get("variation_id"))
    price = max(_both(told, "subtotal", "subtotal_tax", is_gross=is_gross), Decimal(0)) / quantity
    return {
        "id": id_of(told.get("id")),
        "title": (plain(told.get("parent_name")) or plain(told.get("name")) or "-")[:1000],
        "sku": told.get("sku"),
        "variant": " / ".join(options.values()),
        "quantity": quantity,
        "unit_price": priced(price),
        "product_id": product or None,
        "variant_id": variation or product or None,
        "options": options or None,
        "tax": None if is_gross else priced(max(decimal(told.get("total_tax")), Decimal(0))),
    }


def counted(value: Any) -> int:
    """Reads a quantity; one and a half metres, which plugins sell, are one piece."""
    number = decimal(value)
    return int(number) if number == int(number) and 0 < number <= 1_000_000 else 1


def _options(told: Json) -> dict[str, str]:
    """Reads the attributes of a variation; keys that begin with `_` are a plugin's own."""
    found = {}
    for each in objects(told.get("meta_data")):
        key = text(each.get("key"))
        name, value = (
            plain(each.get("display_key")) or key,
            plain(each.get("display_value")) or plain(each.get("value")),
        )
        if key and not key.startswith("_") and name and value:
            found[name[:100]] = value[:1000]
    return dict(list(found.items())[:MOST_OPTIONS])


def _both(told: Json, net: str, tax: str, *, is_gross: bool) -> Decimal:
    return decimal(told.get(net)) + (decimal(told.get(tax)) if is_gross else 0)
