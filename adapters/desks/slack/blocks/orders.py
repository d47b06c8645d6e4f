"""Renders a customer's orders for a card: the one spoken of with its parcels, others that are not done, returns."""

import re

from adapters.desks.slack.blocks.elements import Line, cut, literal
from adapters.desks.slack.blocks.wording import day
from core.cases.case_reasons import spaced
from core.desk.card import CaseView
from core.desk.glances import OrderGlance, ParcelGlance

PARCELS, RETURNS = 4, 5
URL = 500


def order_lines(view: CaseView, most: int, length: int) -> list[Line]:
    """Lists the orders, `most` beside the first, and the returns; `length` is that of a line."""
    lines: list[Line] = []
    if view.order:
        title = "Order" if view.order.is_meant else "Newest order"
        first, *parcels = _order(view.order, title, length, most_parcels=PARCELS)
        lines += [first, *([[literal(cut(view.order.items, length))]] if view.order.items else []), *parcels]
    for order in view.orders[:most]:
        lines += _order(order, "Also order", length, most_parcels=2)
    hidden = view.more_orders + max(0, len(view.orders) - most)
    if hidden:
        lines.append([literal(f"and {hidden} more that {'is' if hidden == 1 else 'are'} not done", italic=True)])
    returns = [each for each in view.returns[:RETURNS] if each.strip()]
    return lines + [[literal("Return ", bold=True), literal(cut(each, length))] for each in returns]


def _order(order: OrderGlance, title: str, length: int, most_parcels: int) -> list[Line]:
    told = " · ".join(filter(None, (spaced(order.status), order.total, f"placed {day(order.placed_at)}")))
    first = [literal(f"{title} {cut(order.number, 60)}", bold=True), literal(f" · {cut(told, length)}")]
    hidden = len(order.parcels) - most_parcels
    more = [[literal(f"📦 and {hidden} more", italic=True)]] if hidden > 0 else []
    return [first, *map(_parcel, order.parcels[:most_parcels]), *more]


def _parcel(parcel: ParcelGlance) -> Line:
    label = cut(" ".join(filter(None, (parcel.carrier, parcel.tracking_number))) or "parcel", 100)
    linked = len(parcel.tracking_url) <= URL and re.fullmatch(r"https?://[^\s<>|]+", parcel.tracking_url)
    news = ", ".join(filter(None, (spaced(parcel.status), f"expected {day(parcel.eta)}" if parcel.eta else "")))
    shown = {"type": "link", "url": parcel.tracking_url, "text": label} if linked else literal(label)
    return [literal("📦 "), shown, literal(f" · {news}")]
