"""Gives money back, each key once.

https://shopify.dev/docs/api/usage/idempotent-requests: `refundCreate` without a key is refused since 2026-04; the same
key gives what came of it the first time, for a day; with other parameters it is refused.
"""

import re
from decimal import Decimal

from sandbox.platforms.shopify import rest
from sandbox.platforms.shopify.money import amount_of, back, keep_refund, refundable, suggested
from sandbox.platforms.shopify.shop import Json, Shop, UserError, mutation, nodes

KEYED = re.compile(r"refundCreate\([^)]*\)\s*@idempotent\(key:")


class NoKeyError(Exception):
    """Raised for a mutation that needs a key and has none."""


@mutation("refundCreate", "refund")
def create(shop: Shop, variables: Json) -> Json:
    """Makes a refund: `refundCreate`. Raises NoKeyError."""
    shop.need("write_orders")
    key, told = variables.get("key"), variables["input"]
    if not key:
        raise NoKeyError("The @idempotent directive is required for this mutation but was not provided.")
    if key not in shop.keys:
        shop.keys[key] = (told, {"id": _made(shop, shop.order(told["orderId"], "orderId"), told)["id"]})
    asked, came = shop.keys[key]
    if asked != told:
        raise UserError("The same idempotency key cannot be used with different operation parameters.")
    return came


def given(shop: Shop, order: Json, amount: Decimal, lines: list[Json] | None = None) -> Json:
    """Lets the store's people pay back so much, the way it came."""
    first = suggested(shop, order)["suggestedTransactions"][0]
    paid = [back(shop, order, amount, first["gateway"], first["parentTransaction"]["id"])]
    return _told(shop, order, keep_refund(shop, order, paid, lines or [], ""))


def _made(shop: Shop, order: Json, told: Json) -> Json:
    credit = [each["storeCreditRefund"]["amount"] for each in told.get("refundMethods") or []]
    asked = [Decimal(str(each["amount"])) for each in [*(told.get("transactions") or []), *credit]]
    if not asked:
        raise UserError("Refund must have a transaction or a refund method", "transactions")
    if sum(asked) > refundable(shop, order):
        raise UserError("Refund amount cannot exceed the amount available to refund", "transactions.0.amount")
    if credit and not order.get("customer"):
        raise UserError("Store credit can only be issued to a customer", "refundMethods")
    known = {each["parentTransaction"]["id"]: each for each in suggested(shop, order)["suggestedTransactions"]}
    paid = [_by(shop, order, known, each) for each in told.get("transactions") or []]
    paid += [back(shop, order, Decimal(str(each["amount"])), "shopify_store_credit", None) for each in credit]
    lines = [_line(order, each) for each in told.get("refundLineItems") or []]
    return _told(shop, order, keep_refund(shop, order, paid, lines, told.get("note") or ""))


def _by(shop: Shop, order: Json, known: dict[str, Json], told: Json) -> Json:
    paid = known.get(told.get("parentId") or "")
    if paid is None:
        raise UserError("Parent transaction is not valid", "transactions.0.parentId")
    if Decimal(str(told["amount"])) > amount_of(paid["maximumRefundableSet"]):
        raise UserError("Transaction amount is more than can be refunded by it", "transactions.0.amount")
    return back(shop, order, Decimal(str(told["amount"])), told["gateway"], told["parentId"])


def _line(order: Json, told: Json) -> Json:
    line = next((each for each in nodes(order, "lineItems") if each["id"] == told["lineItemId"]), None)
    if line is None or told["quantity"] > line["quantity"]:
        raise UserError("Quantity cannot refund more items than were purchased", "refundLineItems.0.quantity")
    return {"quantity": told["quantity"], "lineItem": {"id": line["id"]}, "restockType": told.get("restockType")}


def _told(shop: Shop, order: Json, refund: Json) -> Json:
    shop.told += [("refunds/create", rest.refund(refund, order)), ("orders/updated", rest.order(order))]
    return refund
