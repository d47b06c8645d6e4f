"""Gives money back: the way it came, or as store credit.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/refundCreate. It takes an idempotency key (required since
2026-04): the same key is the same refund. Keys are kept for a while only, so our id is in the note too, and is looked
for first.
"""

import uuid
from decimal import Decimal

from adapters.shops.shopify.actions.calls import (
    FaultsError,
    change,
    document,
    find,
    for_people,
    gid,
    refused,
)
from adapters.shops.shopify.admin.client import Admin
from adapters.shops.shopify.inbound.values import id_of
from adapters.shops.values import Json, decimal, object_, objects, text
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus

_PAID = "presentmentMoney { amount currencyCode }"
FIND = document(
    "OrderToRefund",
    f"""presentmentCurrencyCode refunds(first: 50) {{ id note }}
    suggestedRefund(suggestFullRefund: true) {{ maximumRefundableSet {{ {_PAID} }}
      suggestedTransactions {{ gateway parentTransaction {{ id }}
        amountSet {{ {_PAID} }} maximumRefundableSet {{ {_PAID} }} }} }}""",
)
REFUND = """mutation GiveBack($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id } userErrors { field message } } }"""
ORIGINAL, CREDIT = "original", "store_credit"


async def issue_refund(admin: Admin, request: OutgoingEvent) -> ShopAnswer:
    """Gives it back, once. Raises NoSuchOrderError, SendError."""
    key, wanted = request.data["id"], object_(request.data.get("refund"))
    order = await find(admin, FIND, request.data["order_number"])
    if made := next((each for each in objects(order.get("refunds")) if key in text(each.get("note"))), None):
        return ShopAnswer(ShopStatus.DONE, id=id_of(made.get("id")))
    if trouble := _impossible(wanted, order):
        return for_people(trouble)
    money = _money(order, wanted)
    if money is None:
        return refused(Refusal.TOO_MUCH)
    told = {"orderId": order["id"], "note": f"Doorstep {key}", "notify": False, **money}
    told["refundLineItems"] = [_line(each) for each in objects(wanted.get("lines"))]
    try:
        payload = await change(admin, REFUND, input=told, key=idempotency_key(key))
    except FaultsError as error:
        return for_people(str(error))
    return ShopAnswer(ShopStatus.DONE, id=id_of(object_(payload.get("refund")).get("id")))


def idempotency_key(id_: str) -> str:
    """Makes the key of a request: a UUID, as Shopify recommends, always the same for the same request."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"doorstep:{id_}"))


def _impossible(wanted: Json, order: Json) -> str:
    """Says what no app can do; empty where nothing of that is wanted."""
    if text(wanted.get("method")) not in ("", ORIGINAL, CREDIT):
        return f"an app cannot pay back by {text(wanted.get('method'))}"
    paid_in = text(order.get("presentmentCurrencyCode"))
    if text(wanted.get("currency")) not in ("", paid_in):
        return f"the order was paid in {paid_in}, not in {text(wanted.get('currency'))}"
    return ""


def _money(order: Json, wanted: Json) -> Json | None:
    """Says how it goes back; None where nothing, or not so much, can be. Without an amount it is all that is left."""
    suggested, currency = object_(order.get("suggestedRefund")), text(order.get("presentmentCurrencyCode"))
    left = _most(suggested)
    amount = Decimal(str(wanted["amount"])) if wanted.get("amount") else left
    if not 0 < amount <= left:
        return None
    if text(wanted.get("method")) == CREDIT:
        credit = {"amount": {"amount": str(amount), "currencyCode": currency}}
        return {"currency": currency, "refundMethods": [{"storeCreditRefund": credit}]}
    transactions = []
    for paid in objects(suggested.get("suggestedTransactions")):
        part = min(amount, _most(paid) or _amount(paid.get("amountSet")))
        if part > 0:
            transactions.append(_transaction(order, paid, part))
            amount -= part
    return None if amount else {"currency": currency, "transactions": transactions}


def _transaction(order: Json, paid: Json, part: Decimal) -> Json:
    parent = object_(paid.get("parentTransaction")).get("id")
    gateway = paid.get("gateway")
    return {"orderId": order["id"], "gateway": gateway, "kind": "REFUND", "amount": str(part), "parentId": parent}


def _line(told: Json) -> Json:
    """Names what the money is for. What came back is put into stock by who has it in their hands."""
    return {
        "lineItemId": gid("LineItem", told.get("line_id")),
        "quantity": int(told.get("quantity") or 1),
        "restockType": "NO_RESTOCK",
    }


def _most(suggested: Json) -> Decimal:
    return _amount(suggested.get("maximumRefundableSet"))


def _amount(money: object) -> Decimal:
    return decimal(object_(object_(money).get("presentmentMoney")).get("amount"))
