"""Notes who waits for a product, tells them, and takes it back."""

from collections.abc import Sequence

from core.shop.catalogue import Product
from core.shop.stock_alerts import AlertState
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import AwaitStock, EndStockAlert
from flows.language.formats import as_day, local

NAMED = 3  # variants in a sentence


@action("await_stock")
def await_stock(ctx: ActionContext, product: str, variants: Sequence[str] = ()) -> Result:
    """Notes that the customer waits for one of these variants (none: any), once."""
    known = any(
        each.product_id == product and set(each.variant_ids) == {*variants} for each in ctx.store.stock_alerts()
    )
    return Result(None, () if known else (AwaitStock(product, tuple(variants)),))


@action("read_restocked")
def read_restocked(ctx: ActionContext, alert: str, locale: str) -> Result:
    """Tells what is there of what the customer waits for: {named, url}, and that ends it; none where it is over."""
    wish = next((each for each in ctx.store.stock_alerts() if each.id == alert), None)
    product = ctx.store.product(wish.product_id) if wish else None
    if wish is None or product is None:
        return Result(None)
    today = as_day(local(ctx.now, ctx.customer.timezone))
    there = [each.id for each in product.variants if each.is_there(today) and each.id in wish.variant_ids]
    told = {"named": named(product, there, locale), "url": product.url}
    return Result(told, (EndStockAlert(wish.id, AlertState.TOLD),))


@action("list_alerts")
def list_alerts(ctx: ActionContext, locale: str) -> Result:
    """Lists what the customer waits for: {ids, names}."""
    found = [(each, product) for each in ctx.store.stock_alerts() if (product := ctx.store.product(each.product_id))]
    names = [named(product, each.variant_ids, locale) for each, product in found]
    return Result({"ids": [each.id for each, _ in found], "names": names})


@action("end_alerts")
def end_alerts(ctx: ActionContext, ids: Sequence[str]) -> Result:
    """Takes back what the customer waits for."""
    mine = {each.id for each in ctx.store.stock_alerts()}
    return Result(None, tuple(EndStockAlert(id_, AlertState.TAKEN_BACK) for id_ in ids if id_ in mine))


def named(product: Product, variants: Sequence[str], locale: str) -> str:
    """Names a product, with the variants that are meant."""
    found = (product.variant(id_) for id_ in variants)
    labels = [each.label for each in found if each and each.label]
    title = product.named(locale)
    return f"{title}, {' / '.join(labels)}" if 0 < len(labels) <= NAMED else title
