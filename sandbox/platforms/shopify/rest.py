"""Writes what webhooks carry: orders, refunds, returns, parcels as the REST Admin API has them."""

from typing import Any

from sandbox.platforms.shopify.shop import Json, nodes, number_of

_SENT = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}
_ADDRESS = {
    "first_name": "firstName",
    "last_name": "lastName",
    "name": "name",
    "company": "company",
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "zip": "zip",
    "phone": "phone",
    "province_code": "provinceCode",
    "country_code": "countryCodeV2",
}


def order(told: Json) -> Json:
    """Writes an order."""
    currency = told.get("presentmentCurrencyCode")
    return {
        **_named("Order", told["id"]),
        "name": told["name"],
        "created_at": told.get("createdAt"),
        "updated_at": told.get("updatedAt"),
        "cancelled_at": told.get("cancelledAt"),
        "cancel_reason": (told.get("cancelReason") or "").lower() or None,
        "financial_status": (told.get("displayFinancialStatus") or "").lower() or None,
        "fulfillment_status": _SENT.get(told.get("displayFulfillmentStatus", "")),
        "currency": told.get("currencyCode"),
        "presentment_currency": currency,
        "total_price": _amount(told.get("totalPriceSet")),
        "total_price_set": _money(told.get("totalPriceSet")),
        "current_total_price": _amount(told.get("currentTotalPriceSet")),
        "current_total_price_set": _money(told.get("currentTotalPriceSet")),
        "taxes_included": told.get("taxesIncluded", False),
        "email": told.get("email"),
        "phone": told.get("phone"),
        "customer_locale": told.get("customerLocale"),
        "order_status_url": told.get("statusPageUrl"),
        "payment_gateway_names": told.get("paymentGatewayNames") or [],
        "note_attributes": [
            {"name": each["key"], "value": each["value"]} for each in told.get("customAttributes") or []
        ],
        "shipping_address": _address(told.get("shippingAddress")),
        "billing_address": _address(told.get("billingAddress")),
        "customer": customer(told.get("customer")),
        "line_items": [_line(each) for each in nodes(told, "lineItems")],
        "shipping_lines": [],
        "discount_applications": [],
        "discount_codes": [],
        "fulfillments": [parcel(each, told) for each in told.get("fulfillments") or []],
        "refunds": [refund(each, told) for each in told.get("refunds") or []],
    }


def parcel(told: Json, owner: Json) -> Json:
    """Writes a fulfilment."""
    tracked: Json = next(iter(told.get("trackingInfo") or []), {})
    shown = (told.get("displayStatus") or "").lower()
    return {
        **_named("Fulfillment", told["id"]),
        "order_id": int(number_of(owner["id"])),
        "name": f"{owner['name']}.1",
        "status": (told.get("status") or "").lower(),
        "created_at": told.get("updatedAt"),
        "updated_at": told.get("updatedAt"),
        "shipment_status": shown if shown not in ("", "fulfilled", "marked_as_fulfilled") else None,
        "tracking_company": tracked.get("company"),
        "tracking_number": tracked.get("number"),
        "tracking_numbers": [tracked["number"]] if tracked else [],
        "tracking_url": tracked.get("url"),
        "tracking_urls": [tracked["url"]] if tracked else [],
        "line_items": [
            {"id": int(number_of(each["lineItem"]["id"])), "quantity": each["quantity"]}
            for each in nodes(told, "fulfillmentLineItems")
        ],
    }


def scan(id_: str, status: str, parcel: Json, owner: Json) -> Json:
    """Writes what the carrier says of a parcel now."""
    return {
        **_named("FulfillmentEvent", id_),
        "fulfillment_id": int(number_of(parcel["id"])),
        "order_id": int(number_of(owner["id"])),
        "status": status,
        "message": None,
        "happened_at": parcel["updatedAt"],
        "created_at": parcel["updatedAt"],
        "updated_at": parcel["updatedAt"],
        "estimated_delivery_at": None,
        "city": None,
        "province": None,
        "country": None,
    }


def refund(told: Json, owner: Json) -> Json:
    """Writes a refund."""
    return {
        **_named("Refund", told["id"]),
        "order_id": int(number_of(owner["id"])),
        "created_at": told.get("createdAt"),
        "processed_at": told.get("createdAt"),
        "note": told.get("note"),
        "restock": False,
        "return": None,
        "order_adjustments": [],
        "duties": [],
        "refund_line_items": [
            {
                "line_item_id": int(number_of(each["lineItem"]["id"])),
                "quantity": each["quantity"],
                "restock_type": (each.get("restockType") or "no_restock").lower(),
            }
            for each in nodes(told, "refundLineItems")
        ],
        "transactions": [
            {
                "kind": each["kind"].lower(),
                "status": each["status"].lower(),
                "gateway": each["gateway"],
                "amount": _amount(each["amountSet"]),
                "currency": owner.get("presentmentCurrencyCode"),
                "order_id": int(number_of(owner["id"])),
            }
            for each in nodes(told, "transactions")
        ],
    }


def returned(told: Json, owner: Json) -> Json:
    """Writes a return."""
    lines = nodes(told, "returnLineItems")
    return {
        **_named("Return", told["id"]),
        "name": told["name"],
        "status": told["status"].lower(),
        "order": _named("Order", owner["id"]),
        "total_return_line_items": len(lines),
        "return_line_items": [
            {
                **_named("ReturnLineItem", each["id"]),
                "fulfillment_line_item": {
                    **_named("FulfillmentLineItem", each["fulfillmentLineItem"]["id"]),
                    "line_item": _named("LineItem", each["fulfillmentLineItem"]["lineItem"]["id"]),
                },
                "quantity": each["quantity"],
                "return_reason": each["returnReason"].lower(),
                "return_reason_note": each["returnReasonNote"],
                "customer_note": each["customerNote"],
            }
            for each in lines
        ],
    }


def customer(told: Any) -> Json | None:
    """Writes a customer, as an order has them."""
    if not told:
        return None
    phone = told.get("defaultPhoneNumber") or {}
    email = told.get("defaultEmailAddress") or {}
    consent = {"state": phone["marketingState"].lower()} if phone.get("marketingState") else None
    return {
        **_named("Customer", told["id"]),
        "first_name": told.get("firstName"),
        "last_name": told.get("lastName"),
        "email": email.get("emailAddress"),
        "phone": phone.get("phoneNumber"),
        "sms_marketing_consent": consent,
    }


def _line(told: Json) -> Json:
    left, current = told.get("unfulfilledQuantity"), told.get("currentQuantity")
    variant, product = told.get("variant") or {}, told.get("product") or {}
    return {
        **_named("LineItem", told["id"]),
        "title": told.get("title"),
        "sku": told.get("sku"),
        "variant_title": told.get("variantTitle"),
        "quantity": told.get("quantity"),
        "current_quantity": current,
        "fulfillment_status": None if left == current else "fulfilled",
        "price": _amount(told.get("originalUnitPriceSet")),
        "price_set": _money(told.get("originalUnitPriceSet")),
        "product_id": int(number_of(product["id"])) if product else None,
        "variant_id": int(number_of(variant["id"])) if variant else None,
        "tax_lines": [],
        "discount_allocations": [],
    }


def _address(told: Any) -> Json | None:
    return {name: told.get(own) for name, own in _ADDRESS.items()} if told else None


def _named(kind: str, id_: str) -> Json:
    number = number_of(id_)
    return {"id": int(number), "admin_graphql_api_id": f"gid://shopify/{kind}/{number}"}


def _amount(money: Any) -> str | None:
    shown = (money or {}).get("shopMoney") or (money or {}).get("presentmentMoney") or {}
    return shown.get("amount")


def _money(money: Any) -> Json | None:
    if not money:
        return None
    return {
        name: {"amount": money[own]["amount"], "currency_code": money[own]["currencyCode"]}
        for name, own in (("shop_money", "shopMoney"), ("presentment_money", "presentmentMoney"))
        if own in money
    }
