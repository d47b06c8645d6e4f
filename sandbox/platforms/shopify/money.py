"""Works out what of an order was paid, and what of that can go back."""

from decimal import Decimal
from typing import Any

from sandbox.platforms.shopify.shop import Json, Shop, nodes

GATEWAY = "shopify_payments"


def amount_of(money: Any) -> Decimal:
    """Reads a bag of money: what the customer sees of it."""
    return Decimal(str(((money or {}).get("presentmentMoney") or {}).get("amount") or "0"))


def bag(amount: Decimal, currency: str) -> Json:
    """Makes a bag of money, the same in both currencies."""
    both = {"amount": f"{amount:.2f}", "currencyCode": currency}
    return {"shopMoney": dict(both), "presentmentMoney": dict(both)}


def payments(shop: Shop, order: Json) -> list[Json]:
    """Lists what was paid; an order of which nothing else is said was paid at once, by card."""
    if "transactions" not in order:
        paid = order.get("displayFinancialStatus") not in ("PENDING", "VOIDED", "EXPIRED", "AUTHORIZED")
        total = amount_of(order.get("totalPriceSet"))
        order["transactions"] = [_sale(shop, order, total)] if paid and total else []
    listed: list[Json] = order["transactions"]
    return listed


def suggested(shop: Shop, order: Json) -> Json:
    """Says what can go back, and by which payments."""
    currency = order["presentmentCurrencyCode"]
    back = _given_back(order)
    left = max(sum((amount_of(each["amountSet"]) for each in payments(shop, order)), Decimal(0)) - back, Decimal(0))
    found = []
    for paid in payments(shop, order):
        own = sum(
            (amount_of(each["amountSet"]) for each in _refunds(order) if each.get("parentId") == paid["id"]), Decimal(0)
        )
        most = min(amount_of(paid["amountSet"]) - own, left)
        if most > 0:
            told = {"gateway": paid["gateway"], "parentTransaction": {"id": paid["id"]}, "kind": "SUGGESTED_REFUND"}
            found.append({**told, "amountSet": bag(most, currency), "maximumRefundableSet": bag(most, currency)})
    return {"maximumRefundableSet": bag(left, currency), "suggestedTransactions": found}


def refundable(shop: Shop, order: Json) -> Decimal:
    """Says how much can go back."""
    return amount_of(suggested(shop, order)["maximumRefundableSet"])


def keep_refund(shop: Shop, order: Json, paid: list[Json], lines: list[Json], note: str) -> Json:
    """Writes a refund, and where the order stands by it."""
    refund = {
        "id": shop.new_id("Refund"),
        "note": note,
        "createdAt": shop.now(),
        "transactions": {"nodes": paid},
        "refundLineItems": {"nodes": lines},
    }
    order.setdefault("refunds", []).append(refund)
    order["displayFinancialStatus"] = "PARTIALLY_REFUNDED" if refundable(shop, order) else "REFUNDED"
    shop.changed(order)
    return refund


def back(shop: Shop, order: Json, amount: Decimal, gateway: str, parent: str | None) -> Json:
    """Makes a payment that goes back."""
    money = bag(amount, order["presentmentCurrencyCode"])
    told = {"id": shop.new_id("OrderTransaction"), "kind": "REFUND", "status": "SUCCESS", "gateway": gateway}
    return {**told, "amountSet": money, "parentId": parent}


def _sale(shop: Shop, order: Json, total: Decimal) -> Json:
    money = bag(total, order["presentmentCurrencyCode"])
    told = {"id": shop.new_id("OrderTransaction"), "kind": "SALE", "status": "SUCCESS", "gateway": GATEWAY}
    return {**told, "amountSet": money}


def _refunds(order: Json) -> list[Json]:
    return [paid for refund in order.get("refunds") or [] for paid in nodes(refund, "transactions")]


def _given_back(order: Json) -> Decimal:
    return sum((amount_of(each["amountSet"]) for each in _refunds(order) if each["status"] == "SUCCESS"), Decimal(0))
