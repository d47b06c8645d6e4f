"""Finds where something is to go, and quotes the ways there."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.facts import Delivery, Feast
from flows.language.responses import fallbacks
from flows.library.common.orders import known_orders
from flows.understanding.normalise import folded
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
    """Quotes the ways to a place: {country, served: [names], currency, feast, ways: [{title, price, free_from, days,
    earliest, latest, in_time, order_by}]}. Without ways the store does not deliver there."""
    feast = _feast(ctx, text or "")
    by = feast.deliver_by if feast else None
    found = ctx.facts.deliveries(place["country"], place["region"], ctx.now, by)
    return Result(
        {
            "country": country_name(place["country"], locale),
            "told": place["told"],
            "served": [country_name(code, locale) for code in ctx.facts.served()],
            "currency": found[0].currency if found else "",
            "feast": _title(feast.titles, locale) if feast else None,
            "ways": [_way(each, by, locale) for each in found[:MOST]],
        }
    )


def _way(found: Delivery, by: date | None, locale: str) -> dict[str, Any]:
    low, high = found.days
    return {
        "title": _title(found.titles, locale),
        "price": str(found.price),
        "is_free": found.price == 0,
        "free_from": str(found.free_from) if found.free_from is not None else None,
        "days": str(low) if low == high else f"{low}-{high}",
        "one_day": high == 1,
        "earliest": found.arrives[0].isoformat(),
        "latest": found.arrives[1].isoformat(),
        "in_time": by is not None and found.arrives[1] <= by,
        "order_by": found.order_by.isoformat() if found.order_by else None,
    }


def _feast(ctx: ActionContext, text: str) -> Feast | None:
    """Finds the day to arrive by that a text names; the next one of several years."""
    said = folded(text)
    named = [each for each in ctx.facts.feasts() if any(folded(title) in said for title in each.titles.values())]
    coming = [each for each in named if each.deliver_by >= ctx.now.date()]
    return min(coming, key=lambda each: each.deliver_by, default=None)


def _title(titles: Mapping[str, str], locale: str) -> str:
    return next((titles[tag] for tag in fallbacks(locale) if tag in titles), next(iter(titles.values())))
