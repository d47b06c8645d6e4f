"""Finds what is to be added to an order, in the catalogue and in stock, and reads what a request says of it."""

import re
from collections import Counter
from typing import Any

from core.shop.catalogue import Product, Variant, variant_of, words
from core.shop.orders import Line
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.language.formats import as_day, local
from flows.library.change_items.changes import summed
from flows.library.common.deeds import own
from flows.library.common.orders import variants_of
from flows.library.returns.items import named_lines
from flows.understanding.normalise import folded
from flows.understanding.values.attributes import named

NEW = "new"  # in place of a line: something that is not in the order yet
LISTED = 8  # products in a menu
_ADD = re.compile(
    r"\badd(?:ing)?\b|\bthrow in\b|\bput (?:in|one more)\b|\bone more\b|\binclude\b|\balso (?:want|need|take)\b"
    r"|\banother\b(?! (?:size|colou?r|kind|variant|model|quantity))"
    r"|加(?:一|上|个|件|点|购|进|到)|添加|追加|再(?:加|来|要)|多加"
)
_REMOVE = re.compile(
    r"\b(?:remove|drop|delete)\b|\btake (?:\w+ ){0,6}(?:out|off)\b|\bwithout\b|\bleave out\b|删|去掉|不要|拿掉|减掉"
)


@action("read_change")
def read_change(ctx: ActionContext, order_number: str, said: str | None = None) -> Result:
    """Reads what a request says is to be changed: {line: of the order | new | none, how: remove | add | none, what: the
    words that name what is to be added | none}."""
    order = own(ctx, order_number, "items")
    text = folded(said or "")
    lines = named_lines(said or "", order.lines)
    line = lines[0] if len(lines) == 1 else None
    if _REMOVE.search(text):
        return Result({"line": line, "how": "remove" if line and len(order.lines) > 1 else None, "what": None})
    if _ADD.search(text):
        found = _products(ctx, said or "")
        return Result({"line": NEW, "how": "add", "what": said if found else None})
    return Result({"line": line, "how": None, "what": None})


@action("find_addition")
def find_addition(ctx: ActionContext, text: str) -> Result:
    """Finds the products that a text names: {outcome: one | several | none, ids, product: of the only one}."""
    ids = [product.id for product in _products(ctx, text)]
    outcome = "none" if not ids else "one" if len(ids) == 1 else "several"
    return Result({"outcome": outcome, "ids": ids, "product": ids[0] if len(ids) == 1 else None})


@action("list_products_to_add")
def list_products_to_add(ctx: ActionContext, ids: list[str], locale: str) -> Result:
    """Lists products as choices; a word that one alone has chooses it."""
    found = [product for id_ in ids if (product := ctx.store.product(id_))]
    said = Counter(word for product in found for word in set(words(product.named(locale))))
    return Result(
        [
            {
                "value": product.id,
                "title": product.named(locale),
                "synonyms": [word for word in words(product.named(locale)) if said[word] == 1],
            }
            for product in found
        ]
    )


@action("list_additions")
def list_additions(ctx: ActionContext, product: str, text: str | None = None) -> Result:
    """Lists the variants of a product that are in stock, only those that a text names where it names any: {value,
    title, price, currency}."""
    there = _there(ctx, _product(ctx, product))
    shown = named(there, text or "") or there
    return Result(
        [
            {
                "value": each.id,
                "title": each.name,
                "price": None if each.price is None else str(each.price),
                "currency": each.currency,
                "synonyms": [value for value in each.options.values() if len(value) > 1],
            }
            for each in shown
        ]
    )


@action("addition_facts")
def addition_facts(ctx: ActionContext, order_number: str, product: str, variant: str, locale: str) -> Result:
    """Tells of what is to be added: {outcome: ok | unpriced, title, variant_id, to, price, currency, stock}.

    `unpriced`: nobody here can say what it costs in the currency of the order.
    """
    order = own(ctx, order_number, "items")
    found = _product(ctx, product)
    chosen = next((each for each in found.variants if each.id == variant), None)
    if chosen is None:
        raise LookupError(variant)
    priced = chosen.price is not None and chosen.currency in ("", order.currency)
    return Result(
        {
            "outcome": "ok" if priced else "unpriced",
            "title": found.named(locale),
            "variant_id": chosen.id,
            "to": chosen.label,
            "price": str(chosen.price or 0),
            "currency": order.currency,
            "stock": chosen.stock,
        }
    )


@action("add_item")
def add_item(
    ctx: ActionContext,
    order_number: str,
    added: dict[str, Any],
    quantity: int,
    changes: list[dict[str, Any]] | None = None,
) -> Result:
    """Adds it to the changes that are kept, as `add_change` does; the same variant once more counts anew. What a line
    of the order has already becomes more of that line."""
    order = own(ctx, order_number, "items")
    line = next((each for each in order.lines if _is_of(ctx, each, added["variant_id"])), None)
    if line is not None:
        more = {"line_id": line.id, "title": line.title, "to": "", "quantity": line.quantity + quantity}
        return Result(summed(order, [*(each for each in changes or [] if each["line_id"] != line.id), more]))
    told = {name: added[name] for name in ("variant_id", "title", "to", "price")}
    kept = [each for each in changes or [] if each.get("line_id") or each["variant_id"] != added["variant_id"]]
    return Result(summed(order, [*kept, {**told, "line_id": None, "quantity": quantity}]))


def _is_of(ctx: ActionContext, line: Line, variant_id: str) -> bool:
    variant = variant_of(line, variants_of(ctx, line))
    return variant is not None and variant.id == variant_id


def _products(ctx: ActionContext, text: str) -> list[Product]:
    return ctx.store.products_named(text)[:LISTED] if text else []


def _product(ctx: ActionContext, id_: str) -> Product:
    found = ctx.store.product(id_)
    if found is None:
        raise LookupError(id_)
    return found


def _there(ctx: ActionContext, product: Product) -> list[Variant]:
    today = as_day(local(ctx.now, ctx.customer.timezone))
    return [each for each in product.variants if each.is_there(today)]
