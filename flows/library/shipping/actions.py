"""Finds where something is to go, and quotes the ways there."""

from datetime import date
from typing import Any

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.facts import Delivery
from flows.language.formats import as_day, local
from flows.language.responses import titled_in
from flows.library.common.deadlines import deadline
from flows.library.common.orders import known_orders
from flows.understanding.values.places import country_name, find_place

MOST = 4  # ways that are told


@action("find_destination")
def find_destination(ctx: ActionContext, text: str | None = None) -> Result:
    """Finds the place that a text names, else where the newest order went: {country, region, told} | none."""
    named = find_place(text or "")
    if named is not None:
        return Result({"country": named.country, "region": named.region, "told": True})
    orders = known_orders(ctx)
    if orders and orders[0].shipping.country:
        where = orders[0].shipping
        return Result({"country": where.country, "region": where.region, "told": False})
    return Result(None)


@action("quote_delivery")
def quote_delivery(ctx: ActionContext, place: dict[str, Any], locale: str, text: str | None = None) -> Result:
    """Quotes the ways to a place: {country, served: [names], currency, feast, by, busy, gift_card, ways}, each way as
    {title, price, free_from, days, earliest, latest, in_time, order_by}.

    `by` is the day to arrive by, `gift_card` a link where nothing does. Without ways the store does not deliver there.
    """
    wanted = deadline(text or "", as_day(local(ctx.now, ctx.customer.timezone)), ctx.facts.feasts())
    by = wanted.day if wanted else None
    found = ctx.facts.deliveries(place["country"], place["region"], ctx.now, by)
    ways = [_way(each, by, locale) for each in found[:MOST]]
    is_too_late = by is not None and not any(each["in_time"] for each in ways)
    return Result(
        {
            "country": country_name(place["country"], locale),
            "told": place["told"],
            "served": [country_name(code, locale) for code in ctx.facts.served()],
            "currency": found[0].currency if found else "",
            "feast": titled_in(wanted.titles, locale) if wanted and wanted.titles else None,
            "by": by.isoformat() if by else None,
            "busy": ctx.facts.is_peak(ctx.now, place["country"], place["region"]),
            "gift_card": ctx.facts.shop.get("gift_card", "") if is_too_late else "",
            "ways": ways,
        }
    )


def _way(found: Delivery, by: date | None, locale: str) -> dict[str, Any]:
    low, high = found.days
    return {
        "title": titled_in(found.titles, locale),
        "price": str(found.price) if found.price is not None else None,
        "is_free": found.price == 0,
        "free_from": str(found.free_from) if found.free_from is not None else None,
        "days": str(low) if low == high else f"{low}-{high}",
        "one_day": high == 1,
        "earliest": found.arrives[0].isoformat(),
        "latest": found.arrives[1].isoformat(),
        "in_time": by is not None and found.arrives[1] <= by,
        "order_by": found.order_by.isoformat() if found.order_by else None,
    }
