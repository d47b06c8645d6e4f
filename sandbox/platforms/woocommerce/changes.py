"""Changes orders as the REST API does: items, addresses, states; refunds by the gateway."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.platforms.woocommerce.errors import WooError
from sandbox.platforms.woocommerce.shop import Shop

Json = dict[str, Any]
STATUSES = ("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "trash")
PLAIN = ("status", "customer_note", "payment_method", "payment_method_title", "currency", "transaction_id")


def update(shop: Shop, order: Json, body: Json) -> Json:
    """Applies a PUT to an order. Raises WooError."""
    if body.get("status") and body["status"] not in STATUSES:
        raise WooError("rest_invalid_param", "status")
    for line in body.get("line_items") or []:
        _line(shop, order, line)
    for name in PLAIN:
        if name in body:
            order[name] = body[name]
    for name in ("billing", "shipping"):
        order[name] = {**order.get(name, {}), **(body.get(name) or {})}
    for each in body.get("meta_data") or []:
        shop.set_meta(order, each["key"], each["value"])
    if body.get("line_items"):
        _add_up(order)
    order["date_modified_gmt"] = order["date_modified"] = shop.now()
    return order


def refund(shop: Shop, order: Json, body: Json, *, by_api: bool = True) -> Json:
    """Makes a refund, which the gateway pays where it can. Raises WooError."""
    of_lines = sum(_money(each.get("refund_total")) for each in body.get("line_items") or [])
    amount = _money(body.get("amount") or of_lines)
    left = _money(order["total"]) - sum(_money(each["amount"]) for each in shop.refunds.get(order["id"], []))
    if amount <= 0:
        raise WooError("woocommerce_rest_invalid_order_refund")
    if amount > left:
        raise WooError("woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.")
    if by_api and body.get("api_refund", True) and not shop.gateway_refunds:
        words = "The payment gateway for this order does not support automatic refunds."
        raise WooError("woocommerce_rest_cannot_create_order_refund", words)
    made = {
        "id": shop.new_id(),
        "date_created": body.get("date") or shop.now(),
        "date_created_gmt": body.get("date") or shop.now(),
        "amount": f"{amount:.2f}",
        "reason": body.get("reason", ""),
        "refunded_by": 1,
        "refunded_payment": bool(by_api and body.get("api_refund", True)),
        "meta_data": body.get("meta_data", []),
        "line_items": [_back(shop, each) for each in body.get("line_items") or [] if each.get("quantity")],
        "shipping_lines": [],
        "fee_lines": [],
        "tax_lines": [],
    }
    shop.refunds.setdefault(order["id"], []).append(made)
    if amount == left:
        order["status"] = "refunded"
    order["date_modified_gmt"] = order["date_modified"] = shop.now()
    return made


def _back(shop: Shop, item: Json) -> Json:
    return {
        "id": shop.new_id(),
        "quantity": -int(item["quantity"]),
        "total": f"-{item.get('refund_total', '0.00')}",
        "meta_data": [{"id": shop.new_id(), "key": "_refunded_item_id", "value": str(item["id"])}],
    }


def _line(shop: Shop, order: Json, wanted: Json) -> None:
    lines = order["line_items"]
    if "id" in wanted:
        known = next((each for each in lines if each["id"] == wanted["id"]), None)
        if known is None:
            raise WooError("woocommerce_rest_invalid_item_id")
        if wanted.get("quantity") == 0:
            lines.remove(known)
        known.update({name: wanted[name] for name in ("quantity", "subtotal", "total") if name in wanted})
        return
    product = shop.products.get(int(wanted.get("product_id") or 0))
    sold = shop.variations.get(int(wanted["product_id"]), {}).get(int(wanted.get("variation_id") or 0)) or product
    if product is None or sold is None:
        raise WooError("woocommerce_rest_product_invalid_id")
    total = f"{_money(sold['price']) * int(wanted['quantity']):.2f}"
    options = [
        {
            "id": shop.new_id(),
            "key": each["name"].lower(),
            "value": each["option"],
            "display_key": each["name"],
            "display_value": each["option"],
        }
        for each in (sold.get("attributes") or [] if sold is not product else [])
    ]
    told = {"name": product["name"], "product_id": product["id"], "sku": sold.get("sku", ""), "meta_data": options}
    prices = {"subtotal": total, "subtotal_tax": "0.00", "total": total, "total_tax": "0.00", "taxes": []}
    varied = sold["id"] if sold is not product else 0
    counted = {"quantity": int(wanted["quantity"]), "price": float(sold["price"]), "variation_id": varied}
    lines.append({"id": shop.new_id(), **told, **counted, **prices})


def _add_up(order: Json) -> None:
    names = ("total", "total_tax")
    parts = [each.get(name) for each in (*order["line_items"], *order.get("fee_lines", [])) for name in names]
    shipping = [order.get("shipping_total"), order.get("shipping_tax")]
    order["total"] = f"{sum((_money(each) for each in (*parts, *shipping)), Decimal(0)):.2f}"


def _money(value: Any) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"), ROUND_HALF_UP)
