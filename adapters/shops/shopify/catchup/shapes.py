"""Writes what GraphQL tells in the form that webhooks have: one shape, one translation."""

from typing import Any

from adapters.shops.values import Json, object_, objects, text

_SENT = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}
_DISPLAYED = {"LABEL_VOIDED": "", "FULFILLED": "", "MARKED_AS_FULFILLED": "", "SUBMITTED": "", "CANCELED": ""}
_CONSENTS = {"sms_marketing_consent": "smsMarketingConsent", "whats_app_marketing_consent": "whatsAppMarketingConsent"}


def order(node: Json) -> Json:
    """Writes an order of GraphQL as webhooks write one."""
    return {
        "id": node.get("id"),
        "name": node.get("name"),
        "created_at": node.get("createdAt"),
        "cancelled_at": node.get("cancelledAt"),
        "financial_status": text(node.get("displayFinancialStatus")).lower(),
        "fulfillment_status": _SENT.get(text(node.get("displayFulfillmentStatus"))),
        "currency": node.get("currencyCode"),
        "presentment_currency": node.get("presentmentCurrencyCode"),
        "current_total_price_set": _money(node.get("currentTotalPriceSet")),
        "current_total_price": None,
        "total_price_set": _money(node.get("totalPriceSet")),
        "taxes_included": node.get("taxesIncluded"),
        "email": node.get("email"),
        "phone": node.get("phone"),
        "customer_locale": node.get("customerLocale"),
        "order_status_url": node.get("statusPageUrl"),
        "payment_gateway_names": node.get("paymentGatewayNames"),
        "note_attributes": [
            {"name": each.get("key"), "value": each.get("value")} for each in objects(node.get("customAttributes"))
        ],
        "shipping_address": _address(node.get("shippingAddress")),
        "billing_address": _address(node.get("billingAddress")),
        "customer": customer(node.get("customer")),
        "line_items": [_line(each) for each in nodes(node.get("lineItems"))],
        "shipping_lines": [
            {"title": each.get("title"), "discounted_price_set": _money(each.get("discountedPriceSet"))}
            for each in nodes(node.get("shippingLines"))
        ],
        "discount_applications": sorted(nodes(node.get("discountApplications")), key=lambda each: each["index"]),
        "fulfillments": [_fulfillment(each) for each in objects(node.get("fulfillments"))],
        "refunds": [_refund(each) for each in objects(node.get("refunds"))],
    }


def _line(node: Json) -> Json:
    quantity, waiting = node.get("quantity"), node.get("unfulfilledQuantity")
    return {
        "id": node.get("id"),
        "title": node.get("title"),
        "sku": node.get("sku"),
        "variant_title": node.get("variantTitle"),
        "quantity": quantity,
        "current_quantity": node.get("currentQuantity"),
        "fulfillment_status": None if waiting == node.get("currentQuantity") else "partial",
        "price_set": _money(node.get("originalUnitPriceSet")),
        "product_id": object_(node.get("product")).get("id"),
        "variant_id": object_(node.get("variant")).get("id"),
        "tax_lines": [{"price_set": _money(each.get("priceSet"))} for each in objects(node.get("taxLines"))],
        "discount_allocations": [
            {
                "amount_set": _money(each.get("allocatedAmountSet")),
                "discount_application_index": object_(each.get("discountApplication")).get("index"),
            }
            for each in objects(node.get("discountAllocations"))
        ],
    }


def _fulfillment(node: Json) -> Json:
    tracking = next(iter(objects(node.get("trackingInfo"))), {})
    said = text(node.get("displayStatus"))
    return {
        "id": node.get("id"),
        "status": text(node.get("status")).lower(),
        "shipment_status": _DISPLAYED.get(said, said.lower()),
        "updated_at": node.get("updatedAt"),
        "tracking_company": tracking.get("company"),
        "tracking_number": tracking.get("number"),
        "tracking_url": tracking.get("url"),
        "line_items": [
            {"id": object_(each.get("lineItem")).get("id"), "quantity": each.get("quantity")}
            for each in nodes(node.get("fulfillmentLineItems"))
        ],
    }


def _refund(node: Json) -> Json:
    return {
        "id": node.get("id"),
        "created_at": node.get("createdAt"),
        "transactions": [
            {
                "kind": text(each.get("kind")).lower(),
                "status": text(each.get("status")).lower(),
                "gateway": each.get("gateway"),
                "amount_set": _money(each.get("amountSet")),
                "currency": object_(object_(each.get("amountSet")).get("presentmentMoney")).get("currencyCode"),
            }
            for each in nodes(node.get("transactions"))
        ],
        "refund_line_items": [
            {"line_item_id": object_(each.get("lineItem")).get("id"), "quantity": each.get("quantity")}
            for each in nodes(node.get("refundLineItems"))
        ],
    }


def customer(node: Any) -> Json:
    """Writes a customer."""
    told = object_(node)
    phone = object_(told.get("defaultPhoneNumber"))
    return {
        "id": told.get("id"),
        "first_name": told.get("firstName"),
        "last_name": told.get("lastName"),
        "email": object_(told.get("defaultEmailAddress")).get("emailAddress"),
        "phone": phone.get("phoneNumber"),
        "default_address": _address(told.get("defaultAddress")),
        "addresses": [_address(each) for each in nodes(told.get("addressesV2"))],
        **{name: _consent(phone.get(own)) for name, own in _CONSENTS.items()},
    }


def returned(node: Json, order_id: str) -> Json:
    """Writes a return of the order with this id."""
    return {
        "id": node.get("id"),
        "name": node.get("name"),
        "status": text(node.get("status")).lower(),
        "order": {"id": order_id},
        "label_url": _label(node),
        "return_line_items": [
            {
                "quantity": each.get("quantity"),
                "return_reason": text(each.get("returnReason")).lower(),
                "return_reason_note": each.get("returnReasonNote"),
                "customer_note": each.get("customerNote"),
                "fulfillment_line_item": {
                    "line_item": {"id": object_(object_(each.get("fulfillmentLineItem")).get("lineItem")).get("id")}
                },
            }
            for each in nodes(node.get("returnLineItems"))
        ],
    }


def _label(node: Json) -> str:
    """Finds the label by which a return is sent back, the first that there is."""
    deliveries = [
        delivery
        for each in nodes(node.get("reverseFulfillmentOrders"))
        for delivery in nodes(each.get("reverseDeliveries"))
    ]
    labels = [object_(object_(each.get("deliverable")).get("label")) for each in deliveries]
    return next(filter(None, (text(each.get("publicFileUrl")) for each in labels)), "")


def product(node: Json) -> Json:
    """Writes a product with its variants."""
    options = objects(node.get("options"))
    image = object_(object_(object_(node.get("featuredMedia")).get("preview")).get("image"))
    return {
        "id": node.get("id"),
        "title": node.get("title"),
        "body_html": node.get("descriptionHtml"),
        "handle": node.get("handle"),
        "status": text(node.get("status")).lower(),
        "image": {"src": image.get("url")},
        "options": [{"name": each.get("name"), "position": each.get("position")} for each in options],
        "tags": ", ".join(str(each) for each in node.get("tags") or ()),
        "variants": [_variant(each) for each in nodes(node.get("variants"))],
    }


def _variant(node: Json) -> Json:
    values = {f"option{n}": each.get("value") for n, each in enumerate(objects(node.get("selectedOptions")), start=1)}
    is_counted = object_(node.get("inventoryItem")).get("tracked")
    return {
        "id": node.get("id"),
        "sku": node.get("sku"),
        "price": node.get("price"),
        "inventory_quantity": node.get("inventoryQuantity"),
        "inventory_policy": text(node.get("inventoryPolicy")).lower(),
        "inventory_management": "shopify" if is_counted else None,
        **values,
    }


def _consent(node: Any) -> Json:
    told = object_(node)
    return {"state": text(told.get("state")).lower(), "consent_updated_at": told.get("updatedAt")}


def _address(node: Any) -> Json | None:
    told = object_(node)
    if not told:
        return None
    named = {"first_name": "firstName", "last_name": "lastName", "country_code": "countryCodeV2"}
    named |= {"province_code": "provinceCode"}
    same = ("name", "address1", "address2", "city", "zip", "phone")
    return {name: told.get(name) for name in same} | {name: told.get(own) for name, own in named.items()}


def _money(value: Any) -> Json:
    told = object_(value)
    shown = object_(told.get("presentmentMoney")) or object_(told.get("shopMoney"))
    return {"presentment_money": {"amount": shown.get("amount")}}


def nodes(connection: Any) -> list[Json]:
    """Returns the objects of a connection."""
    return objects(object_(connection).get("nodes"))
