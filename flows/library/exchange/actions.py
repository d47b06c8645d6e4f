"""Finds another variant for each item of an exchange: in stock, as the customer named it."""

from typing import Any

from core.shop.catalogue import variant_of
from core.shop.orders import Line, Order
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.library.common.deeds import own
from flows.library.common.orders import allowed, variants_of
from flows.library.exchange.variants import choices, said_variant, wants_money_otherwise
from flows.library.returns.chosen import EXCHANGE, RETURN


@action("next_swap")
def next_swap(
    ctx: ActionContext,
    order_number: str,
    answers: dict[str, Any],
    exchange_for: dict[str, Any] | None = None,
    said: str | None = None,
) -> Result:
    """Finds the next item without a variant: {outcome: choose | named | unknown | none, line, quantity, variant}.

    The error `unproven` asks for the proof that an exchange takes. `unknown`: the catalogue has no other variants;
    `named`: the customer said which, before they were asked.
    """
    order = own(ctx, order_number, RETURN)
    if not allowed(ctx, order, EXCHANGE):
        return Result(error="unproven")
    left = next((line_id for line_id in answers if line_id not in (exchange_for or {})), None)
    line = order.line(left) if left else None
    if line is None:
        return Result({"outcome": "none", "line": None, "quantity": 0, "variant": None})
    listed = choices(line, variants_of(ctx, line))
    told = {"value": line.id, "title": line.title, "variant": line.label}
    found = {"line": told, "quantity": answers[line.id]["quantity"], "variant": None}
    if len(listed) < 2:
        return Result({**found, "outcome": "unknown"})
    named = said_variant(said, listed) if said and len(answers) == 1 else None
    return Result({**found, "outcome": "named" if named else "choose", "variant": named})


@action("list_swaps")
def list_swaps(ctx: ActionContext, order_number: str, line_id: str) -> Result:
    """Lists the variants of an item as choices, as they are in stock now: {value, title, stock, price, dearer, …}."""
    order, line = _line(ctx, order_number, line_id)
    variants = variants_of(ctx, line)
    own = variant_of(line, variants)
    return Result(
        [
            {**each, "own": own is not None and each["value"] == own.id, "order_currency": order.currency}
            for each in choices(line, variants)
        ]
    )


@action("check_variant")
def check_variant(
    ctx: ActionContext,
    order_number: str,
    line_id: str,
    variant: str,
    quantity: int,
    said: list[str | None] | None = None,
) -> Result:
    """Tells whether so many of a variant are in stock: {outcome: ok | sold_out | few, variant_id, title, stock, price,
    currency, or_money}. `or_money`: in what they `said` the customer wishes for the money where they are not."""
    _, line = _line(ctx, order_number, line_id)
    chosen = next((e for e in choices(line, variants_of(ctx, line)) if e["value"] == variant), None)
    if chosen is None:
        raise LookupError(variant)
    stock = chosen["stock"]
    outcome = "ok" if stock is None or stock >= quantity else "few" if stock > 0 else "sold_out"
    or_money = any(wants_money_otherwise(text) for text in said or () if text)
    told = {name: chosen[name] for name in ("title", "stock", "price", "currency")}
    return Result({**told, "variant_id": variant, "outcome": outcome, "or_money": or_money})


@action("note_swap")
def note_swap(
    _ctx: ActionContext,
    line_id: str,
    exchange_for: dict[str, Any] | None = None,
    variant: dict[str, Any] | None = None,
    wish: str | None = None,
) -> Result:
    """Adds what an item is exchanged for: a variant, or what the customer wrote of it."""
    chosen = {k: v for k, v in (variant or {}).items() if k in ("variant_id", "title", "price", "currency", "outcome")}
    return Result({**(exchange_for or {}), line_id: chosen or {"title": wish or ""}})


def _line(ctx: ActionContext, order_number: str, line_id: str) -> tuple[Order, Line]:
    order = own(ctx, order_number, RETURN)
    line = order.line(line_id)
    if line is None:
        raise LookupError(line_id)
    return order, line
