"""Reads what is to be bought, and how many of it, as far as a message says."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.shop.catalogue import Product, Variant
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.language.formats import as_day, local
from flows.library.exchange.variants import WORDS as FORMS
from flows.library.products.actions import CUES, LISTED
from flows.understanding.lexicon.words import WORDS
from flows.understanding.normalise import clean, folded
from flows.understanding.values.attributes import is_named, named
from flows.understanding.values.counts import count


@action("read_basket")
def read_basket(ctx: ActionContext, text: str | None = None, came_by: str | None = None) -> Result:
    """Reads which products are meant: {outcome: advice | items | several | none, wanted: [{product, variant: id | none,
    quantity: how many | none}], ids: to choose from}.
    Several products are wanted where each part of the message names one."""
    said = text or ""
    if CUES["advice"].search(folded(said)):
        return _found("advice")
    parts = [found for part in _parts(said) if (found := _item(ctx, part, part))]
    if len(parts) > 1 and len({each["product"] for each in parts}) == len(parts):
        return _found("items", parts)
    products = ctx.store.products_named(said) if said else []
    if not products and came_by and (shown := ctx.store.product(came_by)):
        products = [shown]
    if len(products) == 1:
        return _found("items", [_read(products[0], said)])
    return _found("several" if products else "none", ids=[each.id for each in products[:LISTED]])


@action("choose_product")
def choose_product(ctx: ActionContext, product: str, text: str | None = None) -> Result:
    """Reads the item that was chosen, with what the first message said of it, as `read_basket` does."""
    found = ctx.store.product(product)
    return _found("items", [_read(found, text or "")]) if found else _found("none")


@action("list_to_buy")
def list_to_buy(ctx: ActionContext, wanted: Sequence[Mapping[str, Any]]) -> Result:
    """Lists the variants of the only item as choices: those that can be had, else all."""
    product = ctx.store.product(str(wanted[0]["product"]))
    today = as_day(local(ctx.now, ctx.customer.timezone))
    listed = product.variants if product else ()
    there = [each for each in listed if each.is_there(today) or each.is_ahead(today)] or listed
    return Result([_choice(each) for each in there])


@action("sum_basket")
def sum_basket(
    ctx: ActionContext,
    wanted: Sequence[Mapping[str, Any]],
    locale: str,
    variant: str | None = None,
    quantity: int | None = None,
) -> Result:
    """Tells what is wanted, with what was asked for the only item: {lines: [{text, url, quantity, price}], currency,
    listed: in one line, linked: all have a page, open: what is to be asked of the only item, variant | quantity | ""}.
    """
    only = len(wanted) == 1
    told = {"variant": variant, "quantity": quantity} if only else {}
    every = [{**each, **{name: value for name, value in told.items() if value}} for each in wanted]
    lines = [_line(product, each, locale) for each in every if (product := ctx.store.product(str(each["product"])))]
    return Result(
        {
            "lines": lines,
            "currency": next((line["currency"] for line in lines if line["currency"]), ctx.facts.shop["currency"]),
            "listed": "; ".join(f"{line['quantity']} × {line['text']}" for line in lines),
            "linked": bool(lines) and all(line["url"] for line in lines),
            "open": lines[0]["open"] if only and lines else "",
        }
    )


def _found(outcome: str, wanted: Sequence[dict[str, Any]] = (), ids: Sequence[str] = ()) -> Result:
    return Result({"outcome": outcome, "wanted": list(wanted), "ids": list(ids)})


def _parts(text: str) -> list[str]:
    """Parts a wish at commas and at words that join things."""
    clauses = WORDS.clause.split(clean(text).casefold())
    return [part for clause in clauses for part in WORDS.joined.split(clause) if part.strip()]


def _item(ctx: ActionContext, part: str, said: str) -> dict[str, Any] | None:
    products = ctx.store.products_named(part)
    return _read(products[0], said) if len(products) == 1 else None


def _read(product: Product, said: str) -> dict[str, Any]:
    variants = named(product.variants, said)
    exact = len(variants) == 1 and (len(product.variants) == 1 or is_named(product.variants, said))
    return {"product": product.id, "variant": variants[0].id if exact else None, "quantity": count(said)}


def _line(product: Product, wanted: Mapping[str, Any], locale: str) -> dict[str, Any]:
    variant = product.variant(str(wanted["variant"]))
    prices = {each.price for each in ([variant] if variant else product.variants) if each.price is not None}
    label = variant.label if variant else ""
    unsure = variant is None and len(product.variants) > 1
    return {
        "text": ", ".join(filter(None, (product.named(locale), label))),
        "url": product.url,
        "quantity": wanted["quantity"] or 1,
        "price": str(prices.pop()) if len(prices) == 1 else None,
        "currency": next((each.currency for each in product.variants if each.currency), ""),
        "open": "variant" if unsure else "" if wanted["quantity"] else "quantity",
    }


def _choice(variant: Variant) -> dict[str, Any]:
    title = variant.name
    return {"value": variant.id, "title": title, "synonyms": [form.format(title) for form in FORMS.value]}
