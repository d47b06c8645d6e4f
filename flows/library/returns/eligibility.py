"""Decides what of an order may come back, in which way and until when; and what is our mistake, to be made good."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from core.shop.orders import Line, Order, ShipmentStatus
from flows.language.formats import as_day, local
from flows.loading.return_policy import OUTCOMES, Outcome, ReturnPolicy, Terms

SHIPPING_DAYS = 7  # from order to delivery, where no carrier tells the day


class Offer(msgspec.Struct, frozen=True):
    """Says until when an outcome is open, on which terms; `by_law`: it is a withdrawal, without fees."""

    until: date
    terms: Terms
    by_law: bool = False


class LineState(msgspec.Struct, frozen=True):
    """Says what may be done with a line: `quantity` pieces of it, as `offers` say. Without any, `why` tells the reason
    and `late` the days since the last window closed."""

    line: Line
    quantity: int
    offers: dict[Outcome, Offer] = {}
    why: str = ""
    late: int = 0


class Place(msgspec.Struct, frozen=True):
    """Holds where the customer is: their time zone, for what day it is."""

    timezone: str
    today: date


def place(timezone: str, now: datetime) -> Place:
    """Makes the place of a customer at a moment."""
    return Place(timezone, as_day(local(now, timezone)))


def line_states(policy: ReturnPolicy, order: Order, gone: Mapping[str, int], where: Place) -> list[LineState]:
    """Tells of each line what may come back; `gone` pieces are on their way back already, or were sent back."""
    return [_state(policy, order, line, gone.get(line.id, 0), where) for line in order.lines]


def claimable(order: Order, gone: Mapping[str, int], where: Place, days: int | None) -> list[LineState]:
    """Tells of each line whether a mistake of ours may still be reported, so many days after it arrived (none: always),
    whatever its sale said."""
    states = []
    for line in order.lines:
        moment, count = arrival(order, line)
        left = count - gone.get(line.id, 0)
        if moment is None:
            states.append(LineState(line, 0, why="not_delivered"))
        elif left < 1:
            states.append(LineState(line, 0, why="returning"))
        elif days is not None and (late := (where.today - _day(moment, where)).days - days) > 0:
            states.append(LineState(line, 0, why="out_of_window", late=late))
        else:
            states.append(LineState(line, left))
    return states


def arrival(order: Order, line: Line) -> tuple[datetime | None, int]:
    """Finds when the last parcel with this line arrived, and how many pieces have."""
    arrived, count = None, 0
    for shipment in order.shipments:
        shipped = next(
            (s.quantity for s in shipment.lines if s.line_id == line.id), 0 if shipment.lines else line.quantity
        )
        if shipped and shipment.status == ShipmentStatus.DELIVERED:
            moment = shipment.delivered_at or order.placed_at + timedelta(days=SHIPPING_DAYS)
            arrived, count = max(arrived or moment, moment), count + shipped
    return arrived, min(count, line.quantity)


def marked(line: Line, marks: Sequence[str]) -> bool:
    """Tells whether one of the policy's marks is a tag of the line or its SKU; `SALE-*` is for all that begin so."""
    own = {word.strip().casefold().replace("-", "_") for word in (*line.tags, line.sku) if word}
    for mark in marks:
        wanted = mark.strip().casefold().replace("-", "_")
        if wanted in own or (wanted.endswith("*") and any(word.startswith(wanted[:-1]) for word in own)):
            return True
    return False


def _state(policy: ReturnPolicy, order: Order, line: Line, gone: int, where: Place) -> LineState:
    moment, count = arrival(order, line)
    if gone and gone >= (count or line.quantity):
        return LineState(line, 0, why="returning")
    if marked(line, policy.not_returnable):
        return LineState(line, 0, why="not_returnable")
    if moment is None:
        final = line.final_sale or marked(line, policy.final_sale)
        return LineState(line, 0, why="final_sale" if final and not _may_withdraw(policy, order) else "not_delivered")
    windows = _windows(policy, order, line, moment, where)
    if not windows:
        return LineState(line, 0, why="final_sale")
    open_now = {outcome: offer for outcome, offer in windows.items() if where.today <= offer.until}
    if open_now:
        return LineState(line, count - gone, open_now)
    return LineState(
        line, 0, why="out_of_window", late=min((where.today - offer.until).days for offer in windows.values())
    )


def _windows(policy: ReturnPolicy, order: Order, line: Line, arrived: datetime, where: Place) -> dict[Outcome, Offer]:
    """Lists the outcomes that the sale allows, open or not any more."""
    to, final = order.shipping, line.final_sale or marked(line, policy.final_sale)
    only_exchange = marked(line, policy.exchange_only)
    found: dict[Outcome, Offer] = {}
    for outcome in OUTCOMES:
        terms = policy.terms(outcome, to.country, to.region)
        if terms.enabled and not final and (outcome == "exchange" or not only_exchange):
            found[outcome] = Offer(_until(terms, order, arrived, where), terms)
    if _may_withdraw(policy, order) and policy.withdrawal is not None:
        last = _day(arrived, where) + timedelta(days=policy.withdrawal.days)
        if where.today <= last or not found:
            agreed = found.get("refund")
            terms = policy.terms("refund", to.country, to.region)
            found["refund"] = Offer(max(last, agreed.until) if agreed else last, terms, by_law=where.today <= last)
    return {outcome: found[outcome] for outcome in OUTCOMES if outcome in found}


def _may_withdraw(policy: ReturnPolicy, order: Order) -> bool:
    return policy.withdrawal is not None and order.shipping.country in policy.withdrawal.countries


def _until(terms: Terms, order: Order, arrived: datetime, where: Place) -> date:
    last = _day(arrived, where) + timedelta(days=terms.window_days)
    holiday = terms.holiday
    if holiday and holiday.bought_from <= _day(order.placed_at, where) <= holiday.bought_until:
        return max(last, holiday.return_until)
    return last


def _day(moment: datetime, where: Place) -> date:
    return as_day(local(moment, where.timezone))
