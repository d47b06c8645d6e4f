"""Lists what can be changed in an order that has not left, adds the changes up, and asks the store for them."""

from typing import Any

from core.shop.catalogue import Variant, variant_of
from core.shop.orders import Line, Order
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import Focus
from flows.language.formats import as_day, local
from flows.library.change_items.changes import signed, summed
from flows.library.common import shop
from flows.library.common.deeds import own, stage, told
from flows.library.common.orders import variants_of
from flows.library.stock_problem.actions import short_of

CHANGE = "order.change_items"


@action("change_facts")
def change_facts(ctx: ActionContext, order_number: str) -> Result:
    """Tells of an order what can be changed: {number, titles, stage, …, lines: how many, short:
    what is not in stock, or none}."""
    order = own(ctx, order_number, "items")
    return Result({**told(order), "lines": len(order.lines), "short": short_of(ctx, order)}, (Focus(order.number),))


@action("list_order_lines")
def list_order_lines(ctx: ActionContext, order_number: str, changes: list[dict[str, Any]] | None = None) -> Result:
    """Lists the lines of an order as choices, without those that are changed already; of several lines, also that
    something is to be added."""
    order = own(ctx, order_number, "items")
    done = {each["line_id"] for each in changes or []}
    left = [_shown(line) for line in order.lines if line.id not in done]
    several = len(order.lines) > 1
    return Result([*left, {"value": "new", "title": "", "description": ""}] if several else left)


@action("line_facts")
def line_facts(ctx: ActionContext, order_number: str, line_id: str) -> Result:
    """Tells of a line what can be done with it: {title, quantity, variants: how many others are in stock, others: how
    many other lines the order has}."""
    order = own(ctx, order_number, "items")
    line = _line(order, line_id)
    left = [each for each in order.lines if each.id != line_id]
    return Result({**_shown(line), "variants": len(_in_stock(ctx, line)), "others": len(left)})


@action("list_variants")
def list_variants(ctx: ActionContext, order_number: str, line_id: str) -> Result:
    """Lists the other variants of a line that are in stock: {value, title, sign: more | less | same, amount}."""
    order = own(ctx, order_number, "items")
    line = _line(order, line_id)
    found = sorted(_in_stock(ctx, line), key=lambda each: each.price or line.unit_price)
    marked = _traits(found, line)
    return Result([_offer(each, line, order, marked.get(each.id, [])) for each in found])


@action("add_change")
def add_change(
    ctx: ActionContext,
    order_number: str,
    line_id: str,
    changes: list[dict[str, Any]] | None = None,
    variant_id: str | None = None,
    quantity: int | None = None,
) -> Result:
    """Adds a change to those that are kept: {changes: [{line_id: none for what is new, variant_id?, quantity?, title,
    to, price: of another variant}], sign, amount: of the difference, left: lines that could be changed too, currency,
    empty: nothing would be left, told: for the team}."""
    order = own(ctx, order_number, "items")
    line = _line(order, line_id)
    made: dict[str, Any] = {"line_id": line.id, "title": line.title, "to": "", "quantity": quantity}
    if variant_id:
        variant = next(each for each in _in_stock(ctx, line) if each.id == variant_id)
        made |= {"variant_id": variant_id, "to": variant.name, "price": str(variant.price or line.unit_price)}
    every = [*(each for each in changes or [] if each["line_id"] != line.id), made]
    return Result(summed(order, every))


@action("change_items", consequential=True)
def change_items(ctx: ActionContext, order_number: str, changes: list[dict[str, Any]]) -> Result:
    """Asks the store to change an order: {request: {id}}, id none where it cannot be asked. What has
    no line is added; whether all of it is in stock the store itself sees."""
    order = own(ctx, order_number, "items")
    if not shop.connected(ctx, CHANGE) or stage(order) != "open":
        return Result({"request": {"id": None}})
    wanted = ("line_id", "variant_id", "quantity")
    items = [{key: each[key] for key in wanted if each.get(key) is not None} for each in changes]
    made = shop.request(ctx, CHANGE, order.number, {"items": items})
    return Result({"request": {"id": made.id}}, (made,))


def _line(order: Order, line_id: str) -> Line:
    line = order.line(line_id)
    if line is None:
        raise LookupError(line_id)
    return line


def _in_stock(ctx: ActionContext, line: Line) -> list[Variant]:
    today = as_day(local(ctx.now, ctx.customer.timezone))
    listed = variants_of(ctx, line)
    now = variant_of(line, listed)
    enough = (each for each in listed if each.stock is None or each.stock >= line.quantity)
    return [each for each in enough if each.is_there(today) and (now is None or each.id != now.id)]


def _shown(line: Line) -> dict[str, Any]:
    return {"value": line.id, "title": line.title, "description": line.label, "quantity": line.quantity}


def _offer(variant: Variant, line: Line, order: Order, traits: list[str]) -> dict[str, Any]:
    difference = (variant.price or line.unit_price) - line.unit_price
    return {
        "value": variant.id,
        "title": variant.name,
        **signed(difference),
        "currency": variant.currency or order.currency,
        "traits": traits,
        "synonyms": [value for value in variant.options.values() if len(value) > 1],
    }


def _traits(found: list[Variant], line: Line) -> dict[str, list[str]]:
    prices = [each.price or line.unit_price for each in found]
    if len(set(prices)) < 2:
        return {}
    marks: dict[str, list[str]] = {}
    if prices.count(min(prices)) == 1:
        marks.setdefault(found[prices.index(min(prices))].id, []).append("cheapest")
    if prices.count(max(prices)) == 1:
        marks.setdefault(found[prices.index(max(prices))].id, []).append("dearest")
    return marks
