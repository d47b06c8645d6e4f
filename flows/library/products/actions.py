"""Finds the products that are meant, tells of them, and of what the customer bought of them before."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.locales import HAN
from core.people.conversations import Proof
from core.shop.catalogue import Product, Variant, variant_of, words
from core.shop.orders import Line, Order
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.language.formats import as_day, local
from flows.library.back_in_stock.actions import named as named_of
from flows.library.common.content import by_content
from flows.library.common.orders import CLOSED, find, known_orders, proven
from flows.understanding.lexicon.own import own_cues
from flows.understanding.normalise import folded
from flows.understanding.values.attributes import is_named, named

INTENTS = ("product_question", "availability", "price", "size_advice", "preorder", "place_order", "bulk_order")
ABOUT_ORDERS = ("order_status", "order_late")
FEW_WORDS, FEW_SIGNS = 6, 12  # Chinese characters
LISTED = 8  # products in a menu
LOW = 3  # pieces from which it is said how many are left
OLD = timedelta(days=1100)  # orders that say nothing of a size any more
CUES = own_cues(Path(__file__).parent / "words", "advice", "cheaper", "mine")


@action("find_products")
def find_products(
    ctx: ActionContext, intent: str | None = None, text: str | None = None, came_by: str | None = None
) -> Result:
    """Finds which products are meant: {outcome: advice | dropped | one | several | none | bought, ids}. `bought`: no
    product of ours, but what is in the order `order_number` of the customer's."""
    said = text or ""
    if CUES["advice"].search(folded(said)):
        return _found("advice", [])
    if intent in ("price", None) and CUES["cheaper"].search(folded(said)):
        return _found("dropped", [])
    products = ctx.store.products_named(said) if said else []
    if not products and came_by and (shown := ctx.store.product(came_by)):
        products = [shown]
    ids = [product.id for product in products[:LISTED]]
    bought = _named_purchases(ctx, said) if not ids else []
    if len(bought) == 1:
        return Result({"outcome": "bought", "ids": [], "order_number": bought[0].number})
    return _found("none" if not ids else "one" if len(ids) == 1 else "several", ids)


@action("find_named_product")
def find_named_product(ctx: ActionContext, text: str | None = None, candidates: list[str] | None = None) -> Result:
    """Tells what a message is about that means nothing for sure: {about, intent, order_number}.

    `about` is "order" where a few words name something that the customer bought, "product" where it says the name of
    one, "advice" where only people may answer, else "". Of the likely requests (`candidates`) the first must be about
    it too; a name alone asks to be told of it.
    """
    said = text or ""
    if CUES["advice"].search(folded(said)):
        return Result({"about": "advice", "intent": None})
    spoken = set(words(said))
    titles = [name for each in ctx.store.products_named(said) for name in (each.title, *each.titles.values())]
    names = [name for title in titles if (name := {*words(title)}) and _is_said(title, name, spoken)]
    first = candidates[0] if candidates else ""
    unlike = first in INTENTS and (not names or CUES["mine"].search(folded(said)))  # of what is not sold, or is theirs
    about_orders = first in ("", *ABOUT_ORDERS) or unlike
    bought = _named_purchases(ctx, said) if about_orders else []
    if len(bought) == 1:
        return Result({"about": "order", "intent": None, "order_number": bought[0].number})
    alone = any(spoken <= name for name in names)
    likely = candidates[0] if candidates and not alone else INTENTS[0]
    if not names or likely not in INTENTS:
        return Result({"about": "", "intent": None})
    return Result({"about": "product", "intent": likely})


def _named_purchases(ctx: ActionContext, said: str) -> list[Order]:
    """Finds the customer's orders that a few words name by what is in them: "and the desk mat?"."""
    few = len(said.split()) <= FEW_WORDS and len(HAN.findall(said)) <= FEW_SIGNS
    return by_content(said, known_orders(ctx), ctx.customer.locale) if few else []


def _is_said(title: str, name: set[str], spoken: set[str]) -> bool:
    """Tells whether a name is said as people say it: all its words; of a Chinese one half of it, without epithets."""
    return name <= spoken or (not title.isascii() and 2 * len(name & spoken) >= len(name))


@action("list_products")
def list_products(ctx: ActionContext, ids: list[str], locale: str) -> Result:
    """Lists products as choices."""
    products = [product for id_ in ids if (product := ctx.store.product(id_))]
    priced = {product.id: _lowest(product.variants) for product in products}
    amounts = [price for price in priced.values() if price is not None]
    listed = []
    for product in products:
        price = priced[product.id]
        first = len(amounts) > 1 and price == min(amounts) and amounts.count(price) == 1
        listed.append({"value": product.id, "title": product.named(locale), "traits": ["cheapest"] if first else []})
    return Result(listed)


@action("report_product")
def report_product(ctx: ActionContext, product: str, locale: str, text: str | None = None) -> Result:
    """Tells of a product, as far as the text asks. Raises LookupError when it is gone.

    {title, named, url, description, currency, lowest, highest, one_price, narrowed, no_such, options: [{name, values}],
    there: [label], low, gone: [label], waits_for: {product, variants, named} | none, awaited: id of the wish | none,
    ahead_on, ahead: [label], own: {order_number, label, unit_price, currency} | none}
    """
    found = ctx.store.product(product)
    if found is None:
        raise LookupError(product)
    today = as_day(local(ctx.now, ctx.customer.timezone))
    variants = named(found.variants, text or "")
    shown = variants or found.variants
    there = [each for each in shown if each.is_there(today)]
    ahead = [each for each in shown if each.is_ahead(today)]
    gone = [each for each in shown if each not in there and each not in ahead]
    prices = [each.price for each in shown if each.price is not None]
    days = [each.available_on for each in ahead if each.available_on]
    counted = [each.stock for each in there if each.stock is not None]
    narrowed = bool(variants) and is_named(found.variants, text or "")
    title = found.named(locale)
    sold_out = bool(gone) and not there and not ahead and bool(variants)
    wanted = [each.id for each in gone] if narrowed else []
    waits = {"product": found.id, "variants": wanted, "named": named_of(found, wanted, locale)} if sold_out else None
    known = [each for each in ctx.store.stock_alerts() if waits and each.covers(found.id, wanted)]
    return Result(
        {
            "title": title,
            "named": f"{title}, {variants[0].label}" if narrowed and len(variants) == 1 else title,
            "url": found.url,
            "description": found.description,
            "currency": next((each.currency for each in shown if each.currency), ctx.facts.shop["currency"]),
            "lowest": str(min(prices)) if prices else None,
            "highest": str(max(prices)) if prices else None,
            "one_price": len(set(prices)) == 1,
            "narrowed": narrowed,
            "no_such": not variants and bool(found.variants),
            "options": _options(found),
            "there": [each.label for each in there if each.options],
            "is_there": bool(there),
            "low": counted[0] if narrowed and len(there) == 1 and counted and counted[0] <= LOW else None,
            "gone": [each.label for each in gone if each.options],
            "waits_for": waits,
            "awaited": known[0].id if known else None,
            "ahead": [each.label for each in ahead if each.options],
            "ahead_on": min(days).isoformat() if days else None,
            "own": _own(ctx, found),
        }
    )


@action("check_price_drop")
def check_price_drop(ctx: ActionContext, order_number: str, text: str | None = None) -> Result:
    """Tells whether the difference is due: {outcome: due | late | not_lower | off, title, paid, now, currency, days}.

    Raises PermissionError unless the order is proven.
    """
    order = find(ctx, order_number)
    if order is None or not proven(ctx, order, Proof.CONTACT):
        raise PermissionError(order_number)
    days = ctx.policies.price_protection_days
    if not days:
        return Result({"outcome": "off", "days": 0})
    wanted = {product.id for product in ctx.store.products_named(text or "")}
    products = ctx.store.products_of(order.lines)
    told_of = ((line, products.get(line.id)) for line in order.lines)
    lower = [found for line, product in told_of if (found := _lower(order, line, product, wanted))]
    told = lower[0] if lower else {"title": None}
    if not lower:
        return Result({"outcome": "not_lower", "days": days, **told})
    late = ctx.now - order.placed_at > timedelta(days=days)
    return Result({"outcome": "late" if late else "due", "days": days, **told})


def _lower(order: Order, line: Line, product: Product | None, wanted: set[str]) -> dict[str, Any] | None:
    variant = variant_of(line, product.variants) if product else None
    if product is None or variant is None or variant.price is None or (wanted and product.id not in wanted):
        return None
    if variant.price >= line.unit_price or (variant.currency or order.currency) != order.currency:
        return None
    return {
        "title": line.title,
        "paid": str(line.unit_price),
        "now": str(variant.price),
        "currency": order.currency,
    }


def _own(ctx: ActionContext, product: Product) -> dict[str, Any] | None:
    """Finds what the customer bought of a product last; else, for what has sizes, the size of another that has them."""
    alike: dict[str, Any] | None = None
    for order in known_orders(ctx):
        if order.status in CLOSED or ctx.now - order.placed_at > OLD:
            continue
        products = ctx.store.products_of(order.lines)
        for line in order.lines:
            bought = products.get(line.id)
            if bought is not None and bought.id == product.id:
                return _bought(order, line)
            shared = bought is not None and set(bought.tags) & set(product.tags) and "size" in bought.options
            if shared and alike is None:
                alike = {**_bought(order, line), "other": True}
    return alike


def _bought(order: Order, line: Line) -> dict[str, Any]:
    return {
        "order_number": order.number.lstrip("#"),
        "title": line.title,
        "label": line.label,
        "unit_price": str(line.unit_price),
        "currency": order.currency,
        "other": False,
    }


def _options(product: Product) -> list[dict[str, Any]]:
    found: dict[str, dict[str, None]] = {name: {} for name in product.options}
    for each in product.variants:
        for name, value in each.options.items():
            found.setdefault(name, {})[value] = None
    return [{"name": name, "values": list(values)} for name, values in found.items() if len(values) > 1]


def _lowest(variants: tuple[Variant, ...]) -> Decimal | None:
    return min((each.price for each in variants if each.price is not None), default=None)


def _found(outcome: str, ids: list[str]) -> Result:
    return Result({"outcome": outcome, "ids": ids})
