"""Files what was agreed: a return request for the team, or at once for the store's system."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.shop.orders import Order
from core.shop.returns import ReturnedLine
from core.shop.shop_actions import ShopAction
from flows.engine.actions import Result
from flows.engine.context import ActionContext
from flows.engine.effects import OpenReturn
from flows.library.common.shop import request
from flows.library.returns.history import next_reference
from flows.library.returns.offers import REPLACEMENT, Chosen

PAYING = ("refund", "store_credit")
QUOTED = ("currency", "goods", "restocking", "fee", "shipping", "bonus", "total")
_CONDITIONS = {"damaged": "damaged", "defective": "damaged", "wrong_item": "wrong", "missing_item": "missing"}


class Wish(msgspec.Struct, frozen=True):
    """Holds a request as it was agreed. `claim` is the kind of our mistake, "" for the customer's choice."""

    lines: tuple[ReturnedLine, ...]
    resolution: str
    claim: str = ""
    photos: tuple[str, ...] = ()
    note: str = ""


def agreed(
    chosen: Sequence[Chosen],
    resolution: str,
    claim: str,
    exchange_for: Mapping[str, Mapping[str, Any]],
    photos: Sequence[Any],
    note: str,
) -> Wish:
    """Makes the request of what was chosen; photos are files by id, or {id, kind}. A replacement is an exchange for the
    same again."""
    again = resolution == REPLACEMENT
    lines = tuple(
        ReturnedLine(
            each.line_id,
            each.quantity,
            each.reason,
            _CONDITIONS.get(each.reason, ""),
            _variant(each, exchange_for, again),
        )
        for each in chosen
    )
    ids = tuple(str(each["id"] if isinstance(each, Mapping) else each) for each in photos)
    return Wish(lines, "exchange" if again else resolution, claim, ids, note)


def file(ctx: ActionContext, order: Order, wish: Wish, sums: Mapping[str, Any]) -> Result:
    """Opens the return under a new number; the store's system is asked where no person has to decide."""
    reference = next_reference(ctx, order)
    approved = bool(sums["approved"])
    reason = wish.claim or "return_request"
    opened = OpenReturn(
        order.number,
        wish.lines,
        wish.resolution,
        reference,
        approved,
        reason,
        wish.photos,
        _details(wish, sums),
        _quote(wish, sums),
    )
    value = {"reference": reference, "approved": approved, "request": None, "keep": sums["keep"]}
    if not approved:
        return Result(value, (opened,))
    asked = request(ctx, ShopAction.CREATE_RETURN, order.number, {"return": _wanted(wish, reference, sums)})
    return Result({**value, "request": {"id": asked.id}}, (opened, asked))


def _wanted(wish: Wish, reference: str, sums: Mapping[str, Any]) -> dict[str, Any]:
    """Writes what the store's system is asked for."""
    pays_out = wish.resolution in PAYING
    method = "original" if wish.resolution == "refund" else "store_credit"
    return {
        "id": reference,
        "resolution": wish.resolution,
        "refund": {"amount": sums["total"], "currency": sums["currency"], "method": method} if pays_out else None,
        "photos": list(wish.photos),
        "lines": [line.asked() for line in wish.lines],
    }


def _quote(wish: Wish, sums: Mapping[str, Any]) -> dict[str, Any]:
    """Writes the sum with its parts, and what the pieces of each line are worth in it, for those who pay it out."""
    if wish.resolution not in PAYING or not sums["priced"]:
        return {}
    values = {line.line_id: told["value"] for line, told in zip(wish.lines, sums["lines"], strict=True)}
    return {**{name: sums[name] for name in QUOTED if sums[name]}, "values": values}


def _variant(each: Chosen, exchange_for: Mapping[str, Mapping[str, Any]], again: bool) -> str:
    if again:
        return str(each.state.line.variant_id)
    return str(exchange_for.get(each.line_id, {}).get("variant_id") or "")


def _details(wish: Wish, sums: Mapping[str, Any]) -> dict[str, Any]:
    """Collects what the team reads: the items in words, the sum, who pays, what the customer wrote."""
    items = "; ".join(_item(line) for line in sums["lines"])
    money = f"{sums['total']} {sums['currency']}" if sums["priced"] and wish.resolution != "exchange" else ""
    gap = f"{sums['difference']} {sums['currency']}" if sums["difference"] else ""
    told = {
        "kind": wish.claim or "return",
        "items": items,
        "amount": money,
        "price_difference": gap,
        "return_shipping": "" if sums["keep"] else str(sums["pays"]),
        "keep_item": "yes" if sums["keep"] else "",
        "gift": "yes, credit only; the giver is not told" if sums["gift"] else "",
        "note": wish.note,
    }
    return {name: value for name, value in told.items() if value}


def _item(line: Mapping[str, Any]) -> str:
    named = f"{line['title']} {line['variant']}".strip()
    wanted = f" → {line['to']}" if line["to"] else ""
    return f"{line['quantity']} × {named}{wanted} ({line['reason'].replace('_', ' ')})"
